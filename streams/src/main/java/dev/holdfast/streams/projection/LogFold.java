// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.internal.Invalidated;
import dev.holdfast.streams.internal.StreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fold of the log beside the store, as of a cut for each shard; it only goes on. However many
 * rows there are, few are in memory; which events do not count is in memory for all. One thread.
 */
final class LogFold<E, R> implements AutoCloseable {

  private record Place(StreamId stream, long version) {}

  private final Site<E, R> site;
  private final EventReader<E> reader;
  private final StreamReader streams;
  private final Exclusions exclusions;
  private final FoldedRows rows;
  private final Set<StreamId> watched;
  private final Set<String> touched = new TreeSet<>();
  private final Set<Place> invalid = new HashSet<>();
  private List<LogPosition> done;
  private long events;

  LogFold(Site<E, R> site, Exclusions exclusions, int shards, Set<StreamId> watched, int held) {
    this.site = site;
    this.exclusions = exclusions;
    this.watched = watched;
    rows = new FoldedRows(held);
    reader = new EventReader<>(site.store, site.projection);
    streams = new StreamReader(site.store);
    done = Collections.nCopies(shards, LogPosition.START);
  }

  Exclusions exclusions() {
    return exclusions;
  }

  FoldedRows rows() {
    return rows;
  }

  /** The keys that the watched streams have had a part in. */
  Set<String> touched() {
    return touched;
  }

  long events() {
    return events;
  }

  /** Folds in what lies before a cut, one position for each shard. */
  void advance(List<LogPosition> cut) {
    List<LogPosition> target = new ArrayList<>();
    for (int i = 0; i < done.size(); i++) {
      target.add(cut.get(i).isAfter(done.get(i)) ? cut.get(i) : done.get(i));
    }
    if (target.equals(done)) {
      return;
    }
    if (learn(target)) {
      rows.clear();
      touched.clear();
      events = 0;
      done = Collections.nCopies(done.size(), LogPosition.START);
    }
    LogPosition from = Collections.min(done);
    LogPosition end = Collections.max(target);
    while (from.isBefore(end)) {
      LogPage page = reader.page(from, site.store.pageSize(), Duration.ZERO);
      if (from.equals(LogPosition.START)) {
        reader.checkWhole(page);
      }
      for (StreamEvent event : page.events()) {
        int shard = Site.shardOf(event.stream(), done.size());
        if (event.position().isAfter(done.get(shard))
            && !event.position().isAfter(target.get(shard))
            && reader.concerns(event)) {
          fold(event);
        }
      }
      from = page.atEnd() ? end : page.next();
    }
    done = List.copyOf(target);
  }

  /** Learns which events do not count; returns whether one of them is folded in. */
  private boolean learn(List<LogPosition> target) {
    boolean inVain = false;
    LogPosition from = Collections.min(done);
    LogPosition end = Collections.max(target);
    while (from.isBefore(end)) {
      LogPage page = reader.invalidations(from);
      for (StreamEvent event : page.events()) {
        Invalidated said = reader.concerns(event) ? Invalidated.read(event.content()) : null;
        int shard = Site.shardOf(event.stream(), done.size());
        if (said != null
            && !event.position().isAfter(target.get(shard))
            && invalid.add(new Place(event.stream(), said.version()))) {
          inVain |= isFolded(event.stream(), said.version(), done.get(shard));
        }
      }
      from = page.atEnd() ? end : page.next();
    }
    return inVain;
  }

  /** Whether an event is at or before a cut; one that cannot be read any more was. */
  private boolean isFolded(StreamId stream, long version, LogPosition cut) {
    boolean[] behind = {cut.equals(LogPosition.START)};
    if (!behind[0]) {
      streams.isAny(
          stream,
          version,
          event -> {
            behind[0] = event.position().isAfter(cut);
            return true;
          });
    }
    return !behind[0];
  }

  private void fold(StreamEvent event) {
    if (Invalidated.is(event.content())
        || invalid.contains(new Place(event.stream(), event.version()))
        || exclusions.has(event)) {
      return;
    }
    Overlay<R> overlay = new Overlay<>(site.codec, this::find);
    try {
      ProjectedEvent<E> read = reader.read(event);
      if (read == null) {
        return;
      }
      overlay.apply(site.projection.handler().handle(read, overlay));
    } catch (Exception e) {
      Pauses.keepInterrupt(e);
      throw new ProjectionStoppedException(
          site.projection.name(), event.stream() + "@" + event.version(), 1, e);
    }
    events++;
    for (Edit edit : overlay.edits()) {
      rows.put(new FoldedRow(edit.key(), edit.value(), event.position()));
      if (watched.contains(event.stream())) {
        touched.add(edit.key());
      }
    }
  }

  private Found find(String key) {
    FoldedRow row = rows.find(key);
    return new Found(row == null ? null : row.value(), 0);
  }

  @Override
  public void close() {
    rows.close();
  }
}
