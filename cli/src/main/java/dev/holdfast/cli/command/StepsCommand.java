// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code steps}. */
@Command(
    name = "steps",
    description = "Lists the steps of a run, by id. Returns 1 when there are none.")
final class StepsCommand extends StoreCommand {

  private static final int LARGEST_PAGE = 200;

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

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "at most so many (${DEFAULT-VALUE})")
  private long limit = 50;

  StepsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if (limit < 1) {
      throw Refusal.badInput("--limit is " + limit + "; it goes from 1");
    }
    statuses();
  }

  private StepStatus[] statuses() {
    return StateRows.statuses(statuses, StepStatus.values(), StepStatus::label, new StepStatus[0]);
  }

  @Override
  int run(Store store, Output output) {
    StateTables tables = store.stateTables();
    int pageSize = Math.min(LARGEST_PAGE, store.provider().info().limits().maxPageSize());
    Table table = new Table("STEP", "STATUS", "ATTEMPT", "UPDATED", "STARTED", "ENDED");
    long left = limit;
    String token = null;
    do {
      StepQuery query = StepQuery.firstPage(runId, (int) Math.min(pageSize, left), statuses());
      StepPage page = tables.steps(token == null ? query : query.from(token));
      page.steps().forEach(step -> add(table, step, output));
      left -= page.steps().size();
      token = page.nextPageToken();
    } while (left > 0 && token != null);
    if (left == limit) {
      output.note("no such steps of \"%s\"".formatted(runId));
      return ExitCode.NOTHING;
    }
    if (!table.isEmpty()) {
      output.table(table);
    }
    if (token != null) {
      output.note("there may be more; --limit shows them");
    }
    return ExitCode.OK;
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
