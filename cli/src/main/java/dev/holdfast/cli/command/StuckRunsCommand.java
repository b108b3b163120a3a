// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Moments;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.StateTables;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code stuck-runs}. */
@Command(
    name = "stuck-runs",
    description =
        "Lists runs that are running or recovering and that nothing in the store will move, those"
            + " that have not changed for longest first. Returns 1 when there are none.")
final class StuckRunsCommand extends StoreCommand {

  private static final int LARGEST_PAGE = 200;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "5m",
      description = "a run counts when nothing of it has changed so long (${DEFAULT-VALUE})")
  private String unchanged = "5m";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "at most so many (${DEFAULT-VALUE})")
  private long limit = 50;

  StuckRunsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if (limit < 1) {
      throw Refusal.badInput("--limit is " + limit + "; it goes from 1");
    }
    Moments.duration("--for", unchanged);
  }

  @Override
  int run(Store store, Output output) {
    StateTables tables = store.stateTables();
    Duration olderThan = Moments.duration("--for", unchanged);
    int pageSize = Math.min(LARGEST_PAGE, store.provider().info().limits().maxPageSize());
    Table table = StateRows.runs();
    long left = limit;
    String token = null;
    do {
      RunPage page = tables.stuckRuns(olderThan, (int) Math.min(pageSize, left), token);
      page.rows().forEach(run -> StateRows.add(table, run, output));
      left -= page.rows().size();
      token = page.nextPageToken();
    } while (left > 0 && token != null);
    if (left == limit) {
      output.note("no run is stuck");
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
