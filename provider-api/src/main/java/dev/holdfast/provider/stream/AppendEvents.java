// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Appends events to a stream, with consecutive versions in list order (STREAM-08). The result is
 * {@link Appended}. A stream that is not as expected refuses it with {@link
 * ProviderError.VersionConflict} (STREAM-05).
 *
 * <p>With a key the append is idempotent within its stream, for ever (STREAM-17, STREAM-22), and
 * the key is looked up before the expected version is looked at (STREAM-19). The key comes from the
 * cause of the append, never from a clock. Content is the number and order of the events, and of
 * each its type, schema version, data and tags; other content under a used key is {@link
 * ProviderError.IdempotencyMismatch}. Ids and metadata are not compared, and the first ones stay
 * (STREAM-20). Without a key nothing is recognised (STREAM-23).
 *
 * @param stream the stream
 * @param expected which version it has to be at
 * @param events the events, from 1 to {@link StreamLimits#maxEventsPerAppend()}
 * @param key the idempotency key, absent for none
 */
public record AppendEvents(
    StreamId stream, Expected expected, List<NewEvent> events, @Nullable String key)
    implements StreamChange {

  /**
   * Checks the parts, and copies the events.
   *
   * @throws ProviderError.InvalidRequest when there are no events (STREAM-10), or the key is no
   *     identifier
   */
  public AppendEvents {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(expected, "expected");
    events = List.copyOf(events);
    if (events.isEmpty()) {
      throw new InvalidRequest("AppendEvents", "there are no events; give it at least one");
    }
    Checks.optionalIdentifier("AppendEvents", "key", key);
  }

  /**
   * Appends without a key.
   *
   * @param stream the stream
   * @param expected which version it has to be at
   * @param events the events
   * @return the change
   * @throws ProviderError.InvalidRequest when there are no events
   */
  public static AppendEvents of(StreamId stream, Expected expected, NewEvent... events) {
    return new AppendEvents(stream, expected, List.of(events), null);
  }

  /**
   * Returns the same append with a key.
   *
   * @param key the key, null for none
   * @return the change
   * @throws ProviderError.InvalidRequest when it is no identifier
   */
  public AppendEvents withKey(@Nullable String key) {
    return new AppendEvents(stream, expected, events, key);
  }

  @Override
  public Feature feature() {
    return Feature.EVENT_STREAMS;
  }
}
