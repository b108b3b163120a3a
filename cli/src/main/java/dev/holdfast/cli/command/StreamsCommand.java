// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamList;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code streams}. */
@Command(
    name = "streams",
    description =
        "Lists the streams of a category, by id, with their first and last version. Returns 1 when"
            + " there are none.",
    footer = {"", "A first version above 1 means that the events before it were archived."})
final class StreamsCommand extends StoreCommand {

  @Parameters(paramLabel = "CATEGORY", description = "the category")
  private String category = "";

  @Option(names = "--after", paramLabel = "ID", description = "only streams behind this id")
  private @Nullable String after;

  @Mixin private final LimitOption limit = new LimitOption();

  StreamsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
  }

  @Override
  int run(Store store, Output output) {
    EventStreams streams = store.eventStreams();
    int largest = streams.limits().maxPageSize();
    Table table = new Table("STREAM", ">FIRST", ">LAST", "CREATED", "APPENDED");
    return limit.list(
        store,
        output,
        table,
        "no such streams of the category \"%s\"".formatted(category),
        (most, from) -> {
          StreamList page =
              streams.streams(category, from == null ? after : from, Math.min(most, largest));
          page.streams().forEach(info -> add(table, info, output));
          return new LimitOption.Shown(page.streams().size(), page.nextAfterId());
        });
  }

  private static void add(Table table, StreamInfo info, Output output) {
    if (output.isJson()) {
      output.object(StreamRows.json(info));
      return;
    }
    table.row(
        info.stream().id(),
        info.firstVersion(),
        info.lastVersion(),
        output.time(info.createdAt()),
        output.time(info.lastRecordedAt()));
  }
}
