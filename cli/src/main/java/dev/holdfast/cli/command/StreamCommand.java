// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.application.Application;
import dev.holdfast.cli.application.ApplicationOptions;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.streams.Repository;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code stream}. */
@Command(
    name = "stream",
    description =
        "Lists the events of a stream, in their order, with the application's code also the state"
            + " that each has led to. Returns 1 when there is no such stream, or no such event.",
    footer = {"", "Data that is no text is shown as its size; --json has it in Base64."})
final class StreamCommand extends StoreCommand {

  @Parameters(index = "0", paramLabel = "CATEGORY", description = "the category of the stream")
  private String category = "";

  @Parameters(index = "1", paramLabel = "ID", description = "its id")
  private String id = "";

  @Option(
      names = "--from-version",
      paramLabel = "N",
      description = "begin at this version; at the first one, or backwards at the last one")
  private @Nullable Long fromVersion;

  @Option(names = "--backwards", description = "the newest event first")
  private boolean backwards;

  @Option(
      names = "--states",
      description = "with the state as it was behind each event; needs --app")
  private boolean states;

  @Mixin private final ApplicationOptions code = new ApplicationOptions();

  @Mixin private final LimitOption limit = new LimitOption();

  StreamCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
    if (fromVersion != null && fromVersion < 1) {
      throw Refusal.badInput("--from-version is " + fromVersion + "; it goes from 1");
    }
    if (code.isGiven() && !states) {
      throw Refusal.badInput("--app goes with --states");
    }
    if (code.tenant().isGiven() && !states) {
      throw Refusal.badInput(
          "--tenant goes with --states; else give the category as it is stored: ~TENANT~CATEGORY");
    }
  }

  @Override
  int run(Store store, Output output) {
    if (!states) {
      return list(store, new StreamId(category, id), null, output);
    }
    try (Application application = code.open(store)) {
      Repository<?, ?, ?> repository = application.repository(category);
      return list(store, repository.stream(id), repository, output);
    }
  }

  private int list(
      Store store, StreamId stream, @Nullable Repository<?, ?, ?> repository, Output output) {
    EventStreams streams = store.eventStreams();
    StreamInfo info = known(streams, stream);
    long begin = fromVersion == null ? (backwards ? info.lastVersion() : 1) : fromVersion;
    int largest = streams.limits().maxPageSize();
    Direction direction = backwards ? Direction.BACKWARDS : Direction.FORWARDS;
    Table table =
        repository == null
            ? new Table(">VERSION", "POSITION", "RECORDED", "TYPE", "DATA")
            : new Table(">VERSION", "POSITION", "RECORDED", "TYPE", "DATA", "STATE");
    int code =
        limit.list(
            store,
            output,
            table,
            "no such event of %s, whose last version is %d".formatted(stream, info.lastVersion()),
            (most, from) -> {
              StreamPage page =
                  streams.readStream(
                      stream,
                      from == null ? begin : Long.parseLong(from),
                      direction,
                      Math.min(most, largest));
              page.events().forEach(event -> add(table, event, repository, output));
              return new LimitOption.Shown(page.events().size(), next(page));
            });
    noteArchived(info, output);
    return code;
  }

  /** Reads what there is of a stream, and refuses one that is not there. */
  static StreamInfo known(EventStreams streams, StreamId stream) {
    return streams.stream(stream)
        .orElseThrow(() ->
            Refusal.nothing(
                "no stream %s; streams %s lists those of the category"
                    .formatted(stream, stream.category())));
  }

  private @Nullable String next(StreamPage page) {
    if (page.complete() || page.events().isEmpty()) {
      return null;
    }
    long last = page.events().get(page.events().size() - 1).version();
    return String.valueOf(backwards ? last - 1 : last + 1);
  }

  private static void noteArchived(StreamInfo info, Output output) {
    if (info.firstVersion() > 1) {
      output.note("archived up to version " + (info.firstVersion() - 1));
    }
  }

  private void add(
      Table table, StreamEvent event, @Nullable Repository<?, ?, ?> repository, Output output) {
    Payload state = repository == null ? null : state(repository, event.version());
    if (output.isJson()) {
      ObjectNode object = StreamRows.json(event);
      if (state != null) {
        JsonText.putOpaque(object, "state", state);
      }
      output.object(object);
      return;
    }
    List<@Nullable Object> cells = new ArrayList<>();
    cells.add(event.version());
    cells.add(event.position());
    cells.add(output.time(event.recordedAt()));
    cells.add(event.content().type());
    cells.add(output.opaque(event.content().data()));
    if (state != null) {
      cells.add(output.opaque(state));
    }
    table.row(cells.toArray());
  }

  /** The state as it was then: what was invalidated later is in it. */
  private <S> Payload state(Repository<S, ?, ?> repository, long version) {
    // With debug no snapshot is taken.
    S state = repository.replay(id).until(version).debug().run().state();
    return repository.aggregate().writeState(state);
  }
}
