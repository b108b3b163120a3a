// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code steps}. */
@Command(
    name = "steps",
    description = "Lists the steps of a run, by id. Returns 1 when there are none.")
final class StepsCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the run")
  private String runId = "";

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description =
          "only with these statuses: idle, scheduled, running, suspended, paused, completed,"
              + " failed, skipped, cancelled")
  private List<String> statuses = List.of();

  @Mixin private final LimitOption limit = new LimitOption();

  StepsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
    statuses();
  }

  private StepStatus[] statuses() {
    return StateRows.statuses(statuses, StepStatus.values(), StepStatus::label, new StepStatus[0]);
  }

  @Override
  int run(Store store, Output output) {
    StateTables tables = store.stateTables();
    Table table = new Table("STEP", "STATUS", "ATTEMPT", "UPDATED", "STARTED", "ENDED");
    return limit.list(
        store,
        output,
        table,
        "no such steps of \"%s\"".formatted(runId),
        (most, from) -> {
          StepQuery query = StepQuery.firstPage(runId, most, statuses());
          StepPage page = tables.steps(from == null ? query : query.from(from));
          page.steps().forEach(step -> add(table, step, output));
          return new LimitOption.Shown(page.steps().size(), page.nextPageToken());
        });
  }

  private static void add(Table table, StepSummary step, Output output) {
    if (output.isJson()) {
      output.object(StateRows.json(step));
      return;
    }
    table.row(
        step.stepId(),
        step.status().label(),
        step.attempt(),
        output.time(step.times().updatedAt()),
        output.time(step.times().startedAt()),
        output.time(step.times().endedAt()));
  }
}
