// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Streams of immutable events, and the log: all events of a store in one global order. Whoever has
 * read the log up to a position has seen everything before it, and always will have (ORDER-04).
 *
 * <p>Events are appended by {@link AppendEvents}, in acks, by {@link
 * dev.holdfast.provider.Changes#apply}, or by {@link #append}, which means the same. No call
 * changes or removes one (STREAM-25), {@link StreamArchive} excepted, and none appends inside a
 * JDBC transaction of the caller: it would keep all other appends waiting for it.
 *
 * <p>A read of a stream may be ahead of the log: an event can be visible in its stream while
 * readers of the log are still held back (STREAM-16). Whoever needs the promise of the log reads
 * the log.
 *
 * <p>Reads take no lock and change nothing (READ-21). An event that cannot be read is {@link
 * ProviderError.CorruptData} and stops no other (READ-22). Thread-safe; fails like {@link
 * dev.holdfast.provider.Provider}.
 */
public interface EventStreams extends Capability {

  /** {@return how much the provider takes; constant} */
  StreamLimits limits();

  /**
   * Appends events: {@link dev.holdfast.provider.Changes#apply} of this one change, without a
   * fence. When it returns, every handle's reads of the stream have them (STREAM-16).
   *
   * @param append what to append, and where
   * @return versions, positions and time, those of the first append for a repeat (STREAM-17)
   * @throws ProviderError.VersionConflict when the stream is not as expected (STREAM-05)
   * @throws ProviderError.IdempotencyMismatch when the key was used before with other content
   *     (STREAM-20)
   * @throws ProviderError.InvalidRequest when there are too many events, bytes or tags, or a
   *     payload is over the limit (STREAM-09, STREAM-10); nothing is written
   */
  Appended append(AppendEvents append);

  /**
   * Reads events of a stream (READ-04).
   *
   * @param stream the stream
   * @param fromVersion the version to begin at, itself included, from 1
   * @param direction which way
   * @param limit the most events, from 1 to {@link StreamLimits#maxPageSize()}
   * @return the page; an unknown stream reads as empty (READ-05)
   * @throws ProviderError.InvalidRequest when a number is out of range
   * @throws ProviderError.CorruptData when one of the events cannot be read
   */
  StreamPage readStream(StreamId stream, long fromVersion, Direction direction, int limit);

  /**
   * Tells what there is of a stream.
   *
   * @param stream the stream
   * @return what there is, empty when no event was ever appended
   */
  Optional<StreamInfo> stream(StreamId stream);

  /**
   * Lists the streams of a category that have or had events, by id in code point order (READ-20).
   *
   * @param category the category
   * @param afterId the id behind which to begin, null for all
   * @param limit the most streams, from 1 to {@link StreamLimits#maxPageSize()}
   * @return the page
   * @throws ProviderError.InvalidRequest when a name is no identifier or the limit out of range
   */
  StreamList streams(String category, @Nullable String afterId, int limit);

  /**
   * Reads the log. Forwards it may wait: it answers as soon as a matching event may be read, and
   * otherwise when the time is over, empty, with the position that it has reached (ORDER-17). While
   * it waits it holds no transaction, no lock and no connection (ORDER-19).
   *
   * @param read which events, from where, which way
   * @return the page
   * @throws ProviderError.InvalidRequest when the filter has too many names (READ-12), the limit is
   *     out of range, or the store has not reached {@code from}: it may be another store, or a
   *     restored one (ORDER-20)
   * @throws ProviderError.CorruptData when one of the events cannot be read
   */
  LogPage readLog(LogRead read);

  /**
   * Reads the end of the log. Every append that returned before the call lies at or before it,
   * every one that begins after its return lies behind it (ORDER-12).
   *
   * @return the head
   */
  LogHead head();

  /**
   * Finds where in the log a time lies (READ-18). A time is closed once an event with a later one
   * is visible; until then the answer may grow (ORDER-15).
   *
   * @param time the time
   * @return the position of the last event with {@code recordedAt} at or before it, {@link
   *     LogPosition#START} when there is none
   * @throws ProviderError.InvalidRequest when the time is out of range
   */
  LogPosition positionAt(Instant time);

  /**
   * Finds where in a stream a time lies (READ-18).
   *
   * @param stream the stream
   * @param time the time
   * @return the version of the last event with {@code recordedAt} at or before it, 0 when there is
   *     none
   * @throws ProviderError.NotFound when that event was archived
   * @throws ProviderError.InvalidRequest when the time is out of range
   */
  long versionAt(StreamId stream, Instant time);

  /**
   * Tells what holds back readers or appends (ORDER-11).
   *
   * @return what holds them; empty when nothing is held back
   */
  List<Stall> explainStall();
}
