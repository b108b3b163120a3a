// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an instance is started. Immutable.
 *
 * <pre>{@code
 * client.start(REPORT, "nightly", day, StartOptions.ifId(IdPolicy.REPLACE_FINISHED));
 * client.start(REMIND, "order-1/reminder", order, StartOptions.after(Duration.ofDays(14)));
 * }</pre>
 *
 * <p>A delay is durable: the start is stored at once, and the instance is {@link
 * InstanceState#PENDING} until its time has come. Events that are raised meanwhile wait for it, and
 * so do requests to cancel, suspend or terminate it, which it meets when it begins.
 *
 * @param idPolicy what happens under an id that was started before
 * @param startAt the earliest moment at which it begins, by the clock of the store; null for at
 *     once. One that has passed is the same as none
 * @param startAfter how long after the call it begins at the earliest, by the clock of the store;
 *     null for at once
 */
public record StartOptions(
    IdPolicy idPolicy, @Nullable Instant startAt, @Nullable Duration startAfter) {

  private static final StartOptions DEFAULTS = new StartOptions(IdPolicy.USE_EXISTING, null, null);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when there is a moment and a delay, when the delay is
   *     negative, or when there is one with {@link IdPolicy#REPLACE_FINISHED}: until then the id
   *     would still show the old end
   */
  public StartOptions {
    Objects.requireNonNull(idPolicy, "idPolicy");
    if (startAt != null && startAfter != null) {
      throw new IllegalArgumentException("startAt and startAfter are given; give one of them");
    }
    if (startAfter != null && startAfter.isNegative()) {
      throw new IllegalArgumentException("startAfter is " + startAfter + "; it starts at zero");
    }
    if (idPolicy == IdPolicy.REPLACE_FINISHED && (startAt != null || startAfter != null)) {
      throw new IllegalArgumentException(
          "REPLACE_FINISHED begins at once; start another id, or start it when its time has come");
    }
  }

  /** {@return at once, doing nothing under an id that was started before} */
  public static StartOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns the default options with another policy.
   *
   * @param policy what happens under an id that was started before
   * @return the options
   */
  public static StartOptions ifId(IdPolicy policy) {
    return new StartOptions(policy, null, null);
  }

  /**
   * Returns the default options with a moment.
   *
   * @param moment the earliest moment at which it begins
   * @return the options
   */
  public static StartOptions at(Instant moment) {
    return DEFAULTS.withStartAt(moment);
  }

  /**
   * Returns the default options with a delay.
   *
   * @param delay how long after the call it begins at the earliest
   * @return the options
   * @throws IllegalArgumentException when it is negative
   */
  public static StartOptions after(Duration delay) {
    return DEFAULTS.withStartAfter(delay);
  }

  /**
   * Returns these options with another policy.
   *
   * @param policy what happens under an id that was started before
   * @return new options
   * @throws IllegalArgumentException when it does not go with a delay
   */
  public StartOptions withIdPolicy(IdPolicy policy) {
    return new StartOptions(policy, startAt, startAfter);
  }

  /**
   * Returns these options with a moment, and without a delay.
   *
   * @param moment the earliest moment at which it begins, null for at once
   * @return new options
   * @throws IllegalArgumentException when the policy does not go with it
   */
  public StartOptions withStartAt(@Nullable Instant moment) {
    return new StartOptions(idPolicy, moment, null);
  }

  /**
   * Returns these options with a delay, and without a moment.
   *
   * @param delay how long after the call it begins at the earliest, null for at once
   * @return new options
   * @throws IllegalArgumentException when it is negative, or the policy does not go with it
   */
  public StartOptions withStartAfter(@Nullable Duration delay) {
    return new StartOptions(idPolicy, null, delay);
  }
}
