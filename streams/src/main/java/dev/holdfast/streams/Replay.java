// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.internal.Replayer;
import dev.holdfast.streams.internal.Replayer.Options;
import java.time.Instant;

/**
 * A replay that is being described; {@link #run} does it. The answer never depends on which
 * snapshots there are (ES-14). Immutable: each call returns another description.
 *
 * <pre>{@code
 * accounts.replay("alice").until(Instant.parse("2026-01-01T00:00:00Z")).debug().run();
 * }</pre>
 *
 * @param <S> the state
 * @param <E> the events
 */
public final class Replay<S, E> {

  private final Replayer<S, E> replayer;
  private final StreamId stream;
  private final Options options;

  Replay(Replayer<S, E> replayer, StreamId stream, Options options) {
    this.replayer = replayer;
    this.stream = stream;
    this.options = options;
  }

  private Replay<S, E> with(Options other) {
    return new Replay<>(replayer, stream, other);
  }

  /**
   * Stops at a version.
   *
   * @param version the last version that may be in the state; 0 for the initial state
   * @return the replay
   * @throws IllegalArgumentException when it is negative
   */
  public Replay<S, E> until(long version) {
    if (version < 0) {
      throw new IllegalArgumentException(
          "the bound is version %d; it must not be negative".formatted(version));
    }
    return with(
        new Options(
            version,
            options.untilTime(),
            options.useSnapshots(),
            options.pageSize(),
            options.debug(),
            options.withEvents()));
  }

  /**
   * Stops at a moment of the store's clock: events of that moment are in the state, later ones are
   * not (ES-16). {@link Replayed#closed} says whether the moment is over.
   *
   * @param time the moment
   * @return the replay
   */
  public Replay<S, E> until(Instant time) {
    return with(
        new Options(
            options.untilVersion(),
            time,
            options.useSnapshots(),
            options.pageSize(),
            options.debug(),
            options.withEvents()));
  }

  /**
   * Begins at the first event.
   *
   * @return the replay
   */
  public Replay<S, E> withoutSnapshots() {
    return with(
        new Options(
            options.untilVersion(),
            options.untilTime(),
            false,
            options.pageSize(),
            options.debug(),
            options.withEvents()));
  }

  /**
   * Reads so many events at once, 100 unless set.
   *
   * @param pageSize how many, from 1; more than the store's limit is its limit
   * @return the replay
   * @throws IllegalArgumentException when it is below 1
   */
  public Replay<S, E> pageSize(int pageSize) {
    if (pageSize < 1) {
      throw new IllegalArgumentException(
          "the page size is %d; it has to be at least 1".formatted(pageSize));
    }
    return with(
        new Options(
            options.untilVersion(),
            options.untilTime(),
            options.useSnapshots(),
            pageSize,
            options.debug(),
            options.withEvents()));
  }

  /**
   * Tells how it went: {@link Replayed#debug}. No snapshot is taken after it.
   *
   * @return the replay
   */
  public Replay<S, E> debug() {
    return with(
        new Options(
            options.untilVersion(),
            options.untilTime(),
            options.useSnapshots(),
            options.pageSize(),
            true,
            options.withEvents()));
  }

  /**
   * Returns the events that it reads: {@link Replayed#events}. Those in a snapshot are not read;
   * {@link #withoutSnapshots} has them all.
   *
   * @return the replay
   */
  public Replay<S, E> withEvents() {
    return with(
        new Options(
            options.untilVersion(),
            options.untilTime(),
            options.useSnapshots(),
            options.pageSize(),
            options.debug(),
            true));
  }

  /**
   * Replays. Without a bound it may have a snapshot taken, beside the work (ES-04).
   *
   * @return the state, and what else was asked for
   * @throws NoSuchStreamException when the stream has no events (ES-15)
   * @throws ArchivedEventsException when events were archived that it needs (ES-17)
   * @throws dev.holdfast.streams.event.UnreadableEventException when one of the events cannot be
   *     read (ES-08)
   * @throws dev.holdfast.streams.event.UnknownEventTypeException when one is of a type that is not
   *     registered, and the aggregate says to fail (ES-09)
   * @throws dev.holdfast.provider.ProviderError when the store fails
   */
  public Replayed<S, E> run() {
    return replayer.replay(stream, options);
  }
}
