// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.stream.Stall;
import java.util.List;
import picocli.CommandLine.Command;

/** The command {@code explain-stall}. */
@Command(
    name = "explain-stall",
    description =
        "Says what holds back readers of the log, or appends to streams, and since when. Returns 1"
            + " when nothing does.",
    footer = {"", "It is about this moment: ask again before you end what holds them."})
final class ExplainStallCommand extends StoreCommand {

  ExplainStallCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    List<Stall> stalls = store.eventStreams().explainStall();
    if (stalls.isEmpty()) {
      output.note("nothing holds back readers or appends");
      return ExitCode.NOTHING;
    }
    Table table = new Table("HELD-BACK", "SINCE", "BY");
    stalls.forEach(stall -> add(table, stall, output));
    if (!table.isEmpty()) {
      output.table(table);
    }
    return ExitCode.OK;
  }

  private static void add(Table table, Stall stall, Output output) {
    if (output.isJson()) {
      output.object(StreamRows.json(stall));
      return;
    }
    table.row(StreamRows.word(stall.kind()), output.time(stall.since()), stall.holder());
  }
}
