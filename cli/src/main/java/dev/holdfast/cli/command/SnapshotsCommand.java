// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code snapshots}. */
@Command(
    name = "snapshots",
    description =
        "Lists the snapshots of a stream, the newest version first. Returns 1 when there is no such"
            + " stream, or no snapshot of it.",
    footer = {
      "",
      "A snapshot that is marked as anchor is what the archiving of the stream relied on; it stays."
    })
final class SnapshotsCommand extends StoreCommand {

  @Parameters(index = "0", paramLabel = "CATEGORY", description = "the category of the stream")
  private String category = "";

  @Parameters(index = "1", paramLabel = "ID", description = "its id")
  private String id = "";

  @Mixin private final LimitOption limit = new LimitOption();

  SnapshotsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
  }

  @Override
  int run(Store store, Output output) {
    Snapshots snapshots = store.snapshots();
    EventStreams streams = store.eventStreams();
    StreamId stream = new StreamId(category, id);
    StreamCommand.known(streams, stream);
    // The store gives one page and no more; one beyond the limit tells whether that cuts it.
    int largest = streams.limits().maxPageSize();
    int asked = (int) Math.min(limit.rows(), largest - 1L) + 1;
    List<SnapshotInfo> found = snapshots.list(stream, asked);
    if (found.isEmpty()) {
      output.note("no snapshot of " + stream);
      return ExitCode.NOTHING;
    }
    Table table = new Table(">VERSION", "SCHEMA", ">BYTES", "STORED", "ANCHOR");
    found.stream().limit(limit.rows()).forEach(row -> add(table, stream, row, output));
    if (!table.isEmpty()) {
      output.table(table);
    }
    if (found.size() > limit.rows()) {
      LimitOption.noteMore(output);
    } else if (found.size() == largest) {
      output.note("there may be more; the store lists the newest %,d".formatted(largest));
    }
    return ExitCode.OK;
  }

  private static void add(Table table, StreamId stream, SnapshotInfo row, Output output) {
    if (output.isJson()) {
      output.object(StreamRows.json(stream, row));
      return;
    }
    table.row(
        row.version(),
        row.schema(),
        "%,d".formatted(row.size()),
        output.time(row.storedAt()),
        row.anchor() ? "anchor" : "");
  }
}
