// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Moments;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.StateTables;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code stuck-runs}. */
@Command(
    name = "stuck-runs",
    description =
        "Lists runs that are running or recovering and that nothing in the store will move, those"
            + " that have not changed for longest first. Returns 1 when there are none.")
final class StuckRunsCommand extends StoreCommand {

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "5m",
      description = "a run counts when nothing of it has changed so long (${DEFAULT-VALUE})")
  private String unchanged = "5m";

  @Mixin private final LimitOption limit = new LimitOption();

  StuckRunsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
    Moments.duration("--for", unchanged);
  }

  @Override
  int run(Store store, Output output) {
    StateTables tables = store.stateTables();
    Duration olderThan = Moments.duration("--for", unchanged);
    Table table = StateRows.runs();
    return limit.list(
        store,
        output,
        table,
        "no run is stuck",
        (most, from) -> {
          RunPage page = tables.stuckRuns(olderThan, most, from);
          page.rows().forEach(run -> StateRows.add(table, run, output));
          return new LimitOption.Shown(page.rows().size(), page.nextPageToken());
        });
  }
}
