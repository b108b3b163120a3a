// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event that a projection could not handle and has set aside (PROJECTION-27).
 *
 * @param position its position
 * @param stream its stream
 * @param version its version there
 * @param attempts how often it was tried, at least 0
 * @param error why it could not be handled, a text of up to 4,096 UTF-16 units
 * @param parkedAt the store's now when it was parked last; absent, and ignored, in what is to be
 *     stored
 */
public record ParkedEvent(
    LogPosition position,
    StreamId stream,
    long version,
    int attempts,
    String error,
    @Nullable Instant parkedAt) {

  private static final String OWNER = "ParkedEvent";

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when a number is out of range or the error no text
   */
  public ParkedEvent {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(stream, "stream");
    Checks.atLeastOne(OWNER, "version", version);
    Checks.notNegative(OWNER, "attempts", (long) attempts);
    Objects.requireNonNull(error, "error");
    Checks.optionalText(OWNER, "error", error);
  }

  /**
   * What is to be parked of an event.
   *
   * @param event the event
   * @param attempts how often it was tried
   * @param error why it could not be handled
   * @return what to store
   * @throws ProviderError.InvalidRequest when the number is negative or the error no text
   */
  public static ParkedEvent of(StreamEvent event, int attempts, String error) {
    return new ParkedEvent(
        event.position(), event.stream(), event.version(), attempts, error, null);
  }
}
