// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamPage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a state is made of, as it is stored: the newest snapshot up to a bound, and the events
 * behind it.
 *
 * @param withoutSnapshots whether the events begin with the first one
 */
record StoredParts(Store store, StreamId stream, Bound bound, boolean withoutSnapshots) {

  /** Shows them, and returns the exit code. */
  int show(LimitOption limit, Output output) {
    EventStreams streams = store.eventStreams();
    StreamInfo info = StreamCommand.known(streams, stream);
    long last =
        switch (bound) {
          case Bound.Everything everything -> info.lastVersion();
          case Bound.Version(long version) -> Math.min(version, info.lastVersion());
          case Bound.Moment(Instant time) -> streams.versionAt(stream, time);
        };
    if (!output.isJson()) {
      output.heading("%s up to version %d, as it is stored".formatted(stream, last));
    }
    Table table = new Table(">VERSION", "RECORDED", "TYPE", "DATA");
    StoredSnapshot snapshot = withoutSnapshots || last == 0 ? null : snapshot(last);
    if (snapshot != null) {
      add(table, snapshot, output);
    }
    long from = snapshot == null ? info.firstVersion() : snapshot.snapshot().version() + 1;
    boolean cut = events(streams, table, from, last, limit.rows(), output);
    if (!table.isEmpty()) {
      output.table(table);
    }
    if (cut) {
      LimitOption.noteMore(output);
    }
    if (snapshot == null && info.firstVersion() > 1) {
      output.note("archived up to version " + (info.firstVersion() - 1));
    }
    output.note("--app gives the state that they make");
    return ExitCode.OK;
  }

  private @Nullable StoredSnapshot snapshot(long last) {
    Snapshots snapshots = store.provider().capability(Snapshots.class).orElse(null);
    if (snapshots == null) {
      return null;
    }
    List<SnapshotInfo> known = snapshots.list(stream, store.eventStreams().limits().maxPageSize());
    return known.stream()
        .filter(one -> one.version() <= last)
        .findFirst()
        .flatMap(one -> snapshots.latestAtOrBefore(stream, one.version(), one.schema()))
        .orElse(null);
  }

  /** Returns whether there are more. */
  private boolean events(
      EventStreams streams, Table table, long from, long last, long most, Output output) {
    int largest = streams.limits().maxPageSize();
    long next = from;
    long left = most;
    while (next <= last && left > 0) {
      int size = (int) Math.min(Math.min(left, largest), last - next + 1);
      StreamPage page = streams.readStream(stream, next, Direction.FORWARDS, size);
      page.events().forEach(event -> add(table, event, output));
      next += size;
      left -= size;
    }
    return next <= last;
  }

  private void add(Table table, StoredSnapshot stored, Output output) {
    if (output.isJson()) {
      ObjectNode object =
          StreamRows.stream(stream)
              .put("version", stored.snapshot().version())
              .put("schema", stored.snapshot().schema())
              .put("storedAt", JsonText.moment(stored.storedAt()));
      JsonText.putOpaque(object, "state", stored.snapshot().state());
      output.object(object);
      return;
    }
    table.row(
        stored.snapshot().version(),
        output.time(stored.storedAt()),
        "snapshot " + stored.snapshot().schema(),
        output.opaque(stored.snapshot().state()));
  }

  private static void add(Table table, StreamEvent event, Output output) {
    if (output.isJson()) {
      output.object(StreamRows.json(event));
      return;
    }
    table.row(
        event.version(),
        output.time(event.recordedAt()),
        event.content().type(),
        output.opaque(event.content().data()));
  }
}
