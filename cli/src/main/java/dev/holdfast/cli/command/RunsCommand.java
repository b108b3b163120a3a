// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code runs}. */
@Command(
    name = "runs",
    description = "Lists runs, the newest first. Returns 1 when there are none.")
final class RunsCommand extends StoreCommand {

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description =
          "only with these statuses: scheduled, running, suspended, paused, recovering, completed,"
              + " failed, cancelled")
  private List<String> statuses = List.of();

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      split = ",",
      description = "only runs of these kinds")
  private List<String> kinds = List.of();

  @Mixin private final LimitOption limit = new LimitOption();

  @Option(names = "--oldest", description = "the oldest first")
  private boolean oldest;

  RunsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
    statuses();
  }

  private RunStatus[] statuses() {
    return StateRows.statuses(statuses, RunStatus.values(), RunStatus::label, new RunStatus[0]);
  }

  @Override
  int run(Store store, Output output) {
    StateTables tables = store.stateTables();
    Table table = StateRows.runs();
    return limit.list(
        store,
        output,
        table,
        "no such runs",
        (most, from) -> {
          RunQuery query =
              RunQuery.builder(most)
                  .statuses(statuses())
                  .kinds(kinds.toArray(String[]::new))
                  .oldestFirst(oldest)
                  .build();
          RunPage page = tables.runs(from == null ? query : query.from(from));
          page.rows().forEach(run -> StateRows.add(table, run, output));
          return new LimitOption.Shown(page.rows().size(), page.nextPageToken());
        });
  }
}
