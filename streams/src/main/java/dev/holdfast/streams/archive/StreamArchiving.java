// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.ArchiveStep;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.streams.event.Reserved;
import dev.holdfast.streams.internal.ArchiveMark;
import dev.holdfast.streams.internal.Commands;
import dev.holdfast.streams.internal.Folded;
import dev.holdfast.streams.internal.Invalidated;
import dev.holdfast.streams.internal.StoreAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Archives one stream after another. Each step may be cut off, and is found done or is done again
 * by the next run. One thread.
 */
final class StreamArchiving<S> {

  private static final int SEGMENT = 1_000;

  /** What is to be done with a stream. */
  record Plan<S>(StreamInfo info, Folded<S> folded) {
    long from() {
      return info.firstVersion();
    }

    long through() {
      return folded.version();
    }
  }

  /** An event that says that another one does not count. */
  private record Said(long at, long about) {}

  private final Commands<S, ?, ?> commands;
  private final StoreAccess store;
  private final Archive archive;
  private final ArchivePolicy policy;
  private final Needs needs;
  private final Snapshots snapshots;
  private final StreamArchive removal;
  private final ArchiveMark mark;
  private final Instant bound;
  private final Map<StreamId, List<Said>> invalidations;

  StreamArchiving(Commands<S, ?, ?> commands, Archive archive, ArchivePolicy policy, Needs needs) {
    this.commands = commands;
    this.archive = archive;
    this.policy = policy;
    this.needs = needs;
    store = commands.store();
    snapshots = store.provider().capability(Snapshots.class).orElseThrow();
    removal = store.provider().capability(StreamArchive.class).orElseThrow();
    mark = new ArchiveMark(store);
    bound = store.call(streams -> streams.head()).now().minus(policy.age());
    invalidations = invalidations();
  }

  private Map<StreamId, List<Said>> invalidations() {
    LogFilter filter =
        LogFilter.builder()
            .categories(store.tenant().storedCategory(commands.aggregate().category()))
            .types(Reserved.INVALIDATED)
            .build();
    Map<StreamId, List<Said>> all = new HashMap<>();
    LogPosition from = LogPosition.START;
    while (true) {
      LogRead read = new LogRead(from, filter, Direction.FORWARDS, store.pageSize(), Duration.ZERO);
      LogPage page = store.call(streams -> streams.readLog(read));
      for (StreamEvent event : page.events()) {
        Invalidated said = Invalidated.read(event.content());
        if (said != null) {
          all.computeIfAbsent(event.stream(), any -> new ArrayList<>())
              .add(new Said(event.version(), said.version()));
        }
      }
      if (page.atEnd()) {
        return all;
      }
      from = page.next();
    }
  }

  /** Says what is to go; null for nothing. */
  @Nullable Plan<S> plan(StreamInfo info) throws RefusedArchiving {
    StreamId stream = info.stream();
    long through = bound(info);
    if (through < info.firstVersion()) {
      return null;
    }
    StreamEvent last = eventAt(stream, through);
    String need = needs.of(last);
    if (need != null) {
      throw new RefusedArchiving(need);
    }
    try {
      Plan<S> plan = new Plan<>(info, fold(info, through));
      checkExported(plan);
      checkSnapshot(plan);
      return plan;
    } catch (EventSourcingException e) {
      throw new RefusedArchiving(String.valueOf(e.getMessage()));
    }
  }

  /** The last version that may go: what a later event is about stays with it. */
  private long bound(StreamInfo info) {
    long through = info.lastVersion() - policy.keep();
    if (!policy.age().isZero()) {
      through = Math.min(through, versionAt(info.stream()));
    }
    boolean isLower = true;
    while (isLower) {
      isLower = false;
      for (Said said : invalidations.getOrDefault(info.stream(), List.of())) {
        if (said.at() > through && said.about() <= through) {
          through = said.about() - 1;
          isLower = true;
        }
      }
    }
    return through;
  }

  private long versionAt(StreamId stream) {
    try {
      return store.call(streams -> streams.versionAt(stream, bound));
    } catch (ProviderError.NotFound e) {
      return 0; // what is that old has gone already
    }
  }

  private StreamEvent eventAt(StreamId stream, long version) throws RefusedArchiving {
    List<StreamEvent> events = page(stream, version, 1).events();
    if (events.isEmpty() || events.getFirst().version() != version) {
      throw new RefusedArchiving("another archiver is at work; run it again");
    }
    return events.getFirst();
  }

  private StreamPage page(StreamId stream, long from, int limit) {
    return store.call(streams -> streams.readStream(stream, from, Direction.FORWARDS, limit));
  }

  /** Folds the events themselves, from the snapshot that an earlier archiving relied on. */
  private Folded<S> fold(StreamInfo info, long through) throws RefusedArchiving {
    StreamId stream = info.stream();
    long anchor = anchor(stream);
    Folded<S> base = anchor == 0 ? null : commands.loadAt(stream, anchor, true, null);
    Folded<S> folded =
        base != null && base.version() == through
            ? base
            : commands.loadAt(stream, through, false, base);
    if (folded.version() != through) {
      throw new RefusedArchiving(
          "the state stands still at version %d, since an event behind it is of an unknown type"
              .formatted(folded.version()));
    }
    return folded;
  }

  private long anchor(StreamId stream) {
    String schema = commands.aggregate().schema();
    int most = store.streams().limits().maxPageSize();
    return store.patience().call(() -> snapshots.list(stream, most)).stream()
        .filter(info -> info.anchor() && info.schema().equals(schema))
        .mapToLong(SnapshotInfo::version)
        .findFirst()
        .orElse(0);
  }

  private void checkExported(Plan<S> plan) throws RefusedArchiving {
    long exported = archive.exportedThrough(plan.info().stream());
    if (exported < plan.from() - 1) {
      throw new RefusedArchiving(
          "versions %d to %d went earlier and are not in this archive; give the archive that has them"
              .formatted(exported + 1, plan.from() - 1));
    }
    // What an earlier run has left there has to be right too.
    archive.forget();
    archive.hashAt(plan.info().stream(), exported);
    compare(plan.info().stream(), plan.from(), Math.min(exported, plan.through()));
  }

  /** A snapshot that is there already stays, and so has to be right. */
  private void checkSnapshot(Plan<S> plan) throws RefusedArchiving {
    Snapshot due = commands.snapshotOf(plan.folded());
    Optional<StoredSnapshot> stored;
    try {
      stored =
          store
              .patience()
              .call(() -> snapshots.latestAtOrBefore(due.stream(), due.version(), due.schema()));
    } catch (ProviderError.CorruptData e) {
      throw new RefusedArchiving("the snapshot at its bound cannot be read: " + e.getMessage());
    }
    Snapshot found = stored.map(StoredSnapshot::snapshot).orElse(null);
    if (found != null && found.version() == due.version() && !found.equals(due)) {
      throw new RefusedArchiving(
          "the snapshot at version %d is not the fold of its events; prune it, or set the state's form higher"
              .formatted(due.version()));
    }
  }

  /** Does what was planned. */
  void carryOut(Plan<S> plan) throws RefusedArchiving {
    StreamId stream = plan.info().stream();
    store.patience().call(() -> snapshots.put(commands.snapshotOf(plan.folded())));
    checkSnapshot(plan);
    try {
      export(plan);
      archive.forget();
      compare(stream, plan.from(), plan.through());
    } catch (ArchiveDamagedException e) {
      throw new RefusedArchiving(String.valueOf(e.getMessage()));
    }
    String need = needs.of(eventAt(stream, plan.through()));
    if (need != null) {
      throw new RefusedArchiving(need);
    }
    mark.change();
    String schema = commands.aggregate().schema();
    ArchiveStep step;
    do {
      step = store.patience().call(() -> removal.archive(stream, plan.through(), schema, SEGMENT));
    } while (step.left() > 0);
  }

  private void export(Plan<S> plan) {
    StreamId stream = plan.info().stream();
    long next = archive.exportedThrough(stream) + 1;
    String previous = archive.hashAt(stream, next - 1);
    while (next <= plan.through()) {
      List<StreamEvent> events = events(stream, next, plan.through());
      archive.export(stream, previous, events);
      previous = Segment.of(stream, previous, events).hash();
      next += events.size();
    }
  }

  private List<StreamEvent> events(StreamId stream, long from, long through) {
    List<StreamEvent> events = new ArrayList<>();
    long next = from;
    long last = Math.min(through, from + SEGMENT - 1);
    while (next <= last) {
      int limit = (int) Math.min(store.pageSize(), last - next + 1);
      List<StreamEvent> page = page(stream, next, limit).events();
      if (page.isEmpty() || page.getFirst().version() != next) {
        throw new ArchiveDamagedException("another archiver is at work; run it again", null);
      }
      events.addAll(page);
      next += page.size();
    }
    return events;
  }

  /** Reads back, from the sink itself, and compares. */
  private void compare(StreamId stream, long from, long through) {
    long next = from;
    while (next <= through) {
      List<StreamEvent> stored = events(stream, next, through);
      List<StreamEvent> exported = archive.read(stream, next, through, stored.size());
      for (int i = 0; i < stored.size(); i++) {
        StreamEvent there = i < exported.size() ? exported.get(i) : null;
        if (!Objects.equals(stored.get(i), there)) {
          throw new ArchiveDamagedException(
              "the archive has version %d of stream %s otherwise than the store; nothing was removed"
                  .formatted(next + i, stream),
              null);
        }
      }
      next += stored.size();
    }
  }
}
