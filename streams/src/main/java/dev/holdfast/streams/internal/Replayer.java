// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.ArchivedEventsException;
import dev.holdfast.streams.NoSuchStreamException;
import dev.holdfast.streams.ReplayDebug;
import dev.holdfast.streams.Replayed;
import dev.holdfast.streams.event.RecordedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replays streams up to a bound (ES-13). Thread-safe.
 *
 * @param <S> the state
 * @param <E> the events
 */
public final class Replayer<S, E> {

  /**
   * What is asked for.
   *
   * @param untilVersion the last version that may be in the state, absent for any
   * @param untilTime the last moment whose events may be in it, absent for any
   * @param useSnapshots whether it may begin from a snapshot
   * @param pageSize how many events are read at once, absent for as many as is set
   * @param debug whether to tell how it went
   * @param withEvents whether to return the events that are read
   */
  public record Options(
      @Nullable Long untilVersion,
      @Nullable Instant untilTime,
      boolean useSnapshots,
      @Nullable Integer pageSize,
      boolean debug,
      boolean withEvents) {

    /** Up to the end, from a snapshot, nothing else asked for. */
    public static final Options NONE = new Options(null, null, true, null, false, false);

    private boolean isBounded() {
      return untilVersion != null || untilTime != null;
    }
  }

  private record Bound(long version, boolean closed) {}

  private final Commands<S, ?, E> commands;
  private final StoreAccess store;

  /** Replays streams of an aggregate. */
  public Replayer(Commands<S, ?, E> commands) {
    this.commands = commands;
    store = commands.store();
  }

  /** Replays a stream. */
  public Replayed<S, E> replay(StreamId stream, Options options) {
    long start = System.nanoTime();
    Bound bound = bound(stream, options);
    Kept<E> events = options.withEvents() ? new Kept<>() : null;
    Integer pageSize = options.pageSize();
    LoadResult<S> loaded =
        commands
            .loader()
            .load(
                stream,
                new LoadRequest<>(
                    bound.version(),
                    options.useSnapshots(),
                    pageSize == null
                        ? store.pageSize()
                        : Math.min(pageSize, store.streams().limits().maxPageSize()),
                    null,
                    events));
    if (loaded.lastVersion() == 0) {
      throw new NoSuchStreamException(store.tenant().seen(stream));
    }
    Folded<S> folded = loaded.folded();
    if (!options.isBounded()
        && !options.debug()
        && loaded.eventsRead() > store.settings().snapshotAfterReading()) {
      commands.offerSnapshot(folded);
    }
    Aggregate<S, ?, E> aggregate = commands.aggregate();
    return new Replayed<>(
        folded.state(),
        folded.version(),
        aggregate.isComplete(folded.state()),
        bound.closed() || isReached(options.untilVersion(), loaded.lastVersion()),
        events == null ? List.of() : events.list,
        folded.parked(),
        options.debug() ? debug(loaded, start) : null);
  }

  private static boolean isReached(@Nullable Long bound, long lastVersion) {
    return bound != null && lastVersion >= bound;
  }

  private static ReplayDebug debug(LoadResult<?> loaded, long start) {
    return new ReplayDebug(
        loaded.eventsRead(),
        loaded.fromSnapshot(),
        loaded.pages(),
        Duration.ofNanos(System.nanoTime() - start),
        loaded.eventsReadBefore());
  }

  /** Both bounds hold, where both are given. */
  private Bound bound(StreamId stream, Options options) {
    long version = options.untilVersion() == null ? Long.MAX_VALUE : options.untilVersion();
    Instant time = options.untilTime();
    if (time == null) {
      return new Bound(version, false);
    }
    // First whether the time is over: what is appended after this look is later (ORDER-15).
    LogHead head = store.call(streams -> streams.head());
    boolean closed = head.lastRecordedAt() != null && head.lastRecordedAt().isAfter(time);
    return new Bound(Math.min(version, versionAt(stream, time)), closed);
  }

  private long versionAt(StreamId stream, Instant time) {
    try {
      return store.call(streams -> streams.versionAt(stream, time));
    } catch (ProviderError.NotFound e) {
      return archivedVersionAt(stream, time);
    }
  }

  private long archivedVersionAt(StreamId stream, Instant time) {
    if (store.settings().archive() == null) {
      throw new ArchivedEventsException(
          store.tenant().seen(stream),
          "the events up to %s were archived; give the archive to read them from".formatted(time));
    }
    long first =
        store.call(streams -> streams.stream(stream)).map(StreamInfo::firstVersion).orElse(1L);
    long[] version = new long[1];
    new StreamReader(store)
        .read(
            stream,
            1,
            first - 1,
            store.pageSize(),
            event -> {
              boolean isEarly = !event.recordedAt().isAfter(time);
              version[0] = isEarly ? event.version() : version[0];
              return isEarly;
            });
    return version[0];
  }

  private static final class Kept<E> implements LoadRequest.Taker<E> {

    private final List<RecordedEvent<E>> list = new ArrayList<>();

    @Override
    public void accept(RecordedEvent<E> event) {
      list.add(event);
    }

    @Override
    public void forget() {
      list.clear();
    }
  }
}
