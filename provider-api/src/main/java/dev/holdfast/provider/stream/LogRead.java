// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.util.Objects;

/**
 * A read of the log: which events, from where, which way.
 *
 * @param from the cut behind which to read, or before which when it goes backwards
 * @param filter which events
 * @param direction which way
 * @param limit the most events of the page, from 1 to {@link StreamLimits#maxPageSize()}
 * @param waitUpTo for how long to wait when nothing matches yet; zero to answer at once, and when
 *     it goes backwards (READ-19)
 */
public record LogRead(
    LogPosition from, LogFilter filter, Direction direction, int limit, Duration waitUpTo) {

  private static final String OWNER = "LogRead";

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the limit is below 1, the duration negative, or the
   *     read goes backwards and waits
   */
  public LogRead {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(direction, "direction");
    Checks.atLeastOne(OWNER, "limit", limit);
    Checks.notNegative(OWNER, "waitUpTo", waitUpTo);
    if (direction == Direction.BACKWARDS && !waitUpTo.isZero()) {
      throw new InvalidRequest(OWNER, "a read backwards does not wait; leave waitUpTo at zero");
    }
  }

  /**
   * Reads all events behind a cut, without waiting.
   *
   * @param from the cut
   * @param limit the most events of the page
   * @return the read
   * @throws ProviderError.InvalidRequest when the limit is below 1
   */
  public static LogRead after(LogPosition from, int limit) {
    return new LogRead(from, LogFilter.all(), Direction.FORWARDS, limit, Duration.ZERO);
  }

  /**
   * Reads all events before a cut, the last one first.
   *
   * @param from the cut
   * @param limit the most events of the page
   * @return the read
   * @throws ProviderError.InvalidRequest when the limit is below 1
   */
  public static LogRead before(LogPosition from, int limit) {
    return new LogRead(from, LogFilter.all(), Direction.BACKWARDS, limit, Duration.ZERO);
  }

  /**
   * Returns the same read from another cut.
   *
   * @param from the cut
   * @return the read
   */
  public LogRead from(LogPosition from) {
    return new LogRead(from, filter, direction, limit, waitUpTo);
  }

  /**
   * Returns the same read of other events.
   *
   * @param filter which events
   * @return the read
   */
  public LogRead matching(LogFilter filter) {
    return new LogRead(from, filter, direction, limit, waitUpTo);
  }

  /**
   * Returns the same read with another wait.
   *
   * @param waitUpTo for how long to wait when nothing matches yet
   * @return the read
   * @throws ProviderError.InvalidRequest when it is negative, or the read goes backwards
   */
  public LogRead waitingUpTo(Duration waitUpTo) {
    return new LogRead(from, filter, direction, limit, waitUpTo);
  }
}
