// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code runs}. */
@Command(
    name = "runs",
    description = "Lists runs, the newest first. Returns 1 when there are none.")
final class RunsCommand extends StoreCommand {

  private static final int LARGEST_PAGE = 200;

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

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "at most so many (${DEFAULT-VALUE})")
  private long limit = 50;

  @Option(names = "--oldest", description = "the oldest first")
  private boolean oldest;

  RunsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if (limit < 1) {
      throw Refusal.badInput("--limit is " + limit + "; it goes from 1");
    }
    statuses();
  }

  private RunStatus[] statuses() {
    return StateRows.statuses(statuses, RunStatus.values(), RunStatus::label, new RunStatus[0]);
  }

  @Override
  int run(Store store, Output output) {
    StateTables tables = store.stateTables();
    int pageSize = Math.min(LARGEST_PAGE, store.provider().info().limits().maxPageSize());
    Table table = StateRows.runs();
    long left = limit;
    String token = null;
    do {
      RunQuery query =
          RunQuery.builder((int) Math.min(pageSize, left))
              .statuses(statuses())
              .kinds(kinds.toArray(String[]::new))
              .oldestFirst(oldest)
              .build();
      RunPage page = tables.runs(token == null ? query : query.from(token));
      page.rows().forEach(run -> StateRows.add(table, run, output));
      left -= page.rows().size();
      token = page.nextPageToken();
    } while (left > 0 && token != null);
    if (left == limit) {
      output.note("no such runs");
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
}
