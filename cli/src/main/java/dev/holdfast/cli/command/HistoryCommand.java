// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Provider;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code history}. */
@Command(name = "history", description = "Lists the events of an execution, in their order.")
final class HistoryCommand extends StoreCommand {

  private static final int PAGE = 500;

  @Parameters(paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  @Option(
      names = "--execution",
      paramLabel = "N",
      description = "the execution; the current one when not given")
  private @Nullable Long execution;

  @Option(
      names = "--after",
      paramLabel = "EVENT",
      defaultValue = "0",
      description = "only events behind this one")
  private long after;

  @Option(names = "--limit", paramLabel = "N", description = "at most so many; all when not given")
  private @Nullable Long limit;

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description =
          "writes all executions, or the one of --execution, to a new file, for replays in tests")
  private @Nullable Path export;

  HistoryCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if (after < 0) {
      throw Refusal.badInput("--after is " + after + "; it goes from 0");
    }
    if (limit != null && limit < 1) {
      throw Refusal.badInput("--limit is " + limit + "; it goes from 1");
    }
    if (execution != null && execution < 1) {
      throw Refusal.badInput("--execution is " + execution + "; it goes from 1");
    }
    if (export != null && (after > 0 || limit != null)) {
      throw Refusal.badInput("--export writes whole histories; leave out --after and --limit");
    }
  }

  @Override
  int run(Store store, Output output) {
    Provider provider = store.provider();
    OptionalLong latest = provider.latestExecutionId(instanceId);
    if (latest.isEmpty()) {
      throw Refusal.nothing("\"%s\" has no history".formatted(instanceId));
    }
    if (export != null) {
      HistoryExport.write(provider, instanceId, execution, export, output);
      return ExitCode.OK;
    }
    long chosen = execution == null ? latest.getAsLong() : execution;
    long count;
    if (output.isJson()) {
      count = read(provider, chosen, event -> output.object(object(chosen, event)));
    } else {
      Table table = new Table(">EVENT", "TIME", "KIND", "DATA");
      try (var progress = output.progress("events")) {
        count =
            read(
                provider,
                chosen,
                event -> {
                  progress.step();
                  table.row(
                      event.eventId(),
                      output.time(event.recordedAt()),
                      event.kind(),
                      output.payload(event.data()));
                });
      }
      if (count > 0) {
        output.table(table);
      }
    }
    if (count == 0) {
      output.note(
          "no such events in execution %d of \"%s\", whose current execution is %d"
              .formatted(chosen, instanceId, latest.getAsLong()));
      return ExitCode.NOTHING;
    }
    return ExitCode.OK;
  }

  private long read(Provider provider, long chosen, Consumer<HistoryEvent> each) {
    long most = limit == null ? Long.MAX_VALUE : limit;
    long last = after;
    long count = 0;
    while (count < most) {
      History page =
          provider.readHistory(instanceId, chosen, last, (int) Math.min(PAGE, most - count));
      for (HistoryEvent event : page.events()) {
        each.accept(event);
        last = event.eventId();
        count++;
      }
      if (page.complete()) {
        break;
      }
    }
    return count;
  }

  private ObjectNode object(long chosen, HistoryEvent event) {
    ObjectNode object =
        JsonText.object()
            .put("instanceId", instanceId)
            .put("executionId", chosen)
            .put("eventId", event.eventId())
            .put("kind", event.kind())
            .put("recordedAt", JsonText.moment(event.recordedAt()));
    JsonText.put(object, "data", event.data());
    return object;
  }
}
