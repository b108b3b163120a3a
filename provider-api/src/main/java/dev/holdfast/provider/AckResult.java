// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an ack ended. Retryable errors are not among the results; they are thrown (ERR-04). */
public sealed interface AckResult {

  /** {@return the result "applied", with nothing claimed} */
  static AckResult applied() {
    return Applied.PLAIN;
  }

  /**
   * {@return the result "already applied": this very token was acked before, and nothing was
   * changed}
   */
  static AckResult alreadyApplied() {
    return AlreadyApplied.INSTANCE;
  }

  /**
   * Returns the result "rejected": nothing was written.
   *
   * @param error why
   * @return the result
   */
  static AckResult rejected(ProviderError.Permanent error) {
    return new Rejected(error);
  }

  /**
   * The ack was applied now, all of it, and the lock is released (ATOM-03, LOCK-06).
   *
   * @param eagerActivities the activities it scheduled and claimed for the caller, in the order of
   *     the ack (CLAIM-04); empty unless asked for, and in the result of an activity ack
   * @param eagerInstance the instance that an activity ack completed for and claimed (CLAIM-05);
   *     absent unless asked for, in the result of an orchestration ack, and in a list form in all
   *     results but one of the same instance (CLAIM-07)
   * @param turnAhead what became of the turn ahead that an activity ack carried: applied, with the
   *     activities that it claimed (AHEAD-08); rejected, with the error that its ack would get
   *     (AHEAD-05); absent when it was not used, or there was none
   * @param results what the changes of the ack have done, one for each, in order (CHANGE-07); empty
   *     where it had none
   */
  record Applied(
      List<ActivityItem> eagerActivities,
      @Nullable OrchestrationItem eagerInstance,
      @Nullable AckResult turnAhead,
      List<ChangeResult> results)
      implements AckResult {

    private static final Applied PLAIN = new Applied(List.of(), null);

    /**
     * Creates a result without a turn ahead.
     *
     * @param eagerActivities the claimed activities
     * @param eagerInstance the claimed instance, absent for none
     */
    public Applied(List<ActivityItem> eagerActivities, @Nullable OrchestrationItem eagerInstance) {
      this(eagerActivities, eagerInstance, null);
    }

    /**
     * Creates a result of an ack without changes.
     *
     * @param eagerActivities the claimed activities
     * @param eagerInstance the claimed instance, absent for none
     * @param turnAhead what became of the turn ahead, absent for none
     */
    public Applied(
        List<ActivityItem> eagerActivities,
        @Nullable OrchestrationItem eagerInstance,
        @Nullable AckResult turnAhead) {
      this(eagerActivities, eagerInstance, turnAhead, List.of());
    }

    /** Copies the lists. */
    public Applied {
      eagerActivities = List.copyOf(eagerActivities);
      results = List.copyOf(results);
    }

    /**
     * Returns the same result with a claimed instance.
     *
     * @param eagerInstance the claimed instance, null for none
     * @return a new result
     */
    public Applied withEagerInstance(@Nullable OrchestrationItem eagerInstance) {
      return new Applied(eagerActivities, eagerInstance, turnAhead, results);
    }

    /**
     * Returns the same result with those of changes.
     *
     * @param results what the changes of the ack have done, one for each, in order
     * @return a new result
     */
    public Applied withResults(List<ChangeResult> results) {
      return new Applied(eagerActivities, eagerInstance, turnAhead, results);
    }
  }

  /**
   * The token was acked before: the first result was lost, or the call was repeated. The content
   * was not compared and nothing was changed (ATOM-08, ATOM-15). Nothing was claimed either: what
   * the first call claimed, and its caller never received, becomes deliverable at its lock end
   * (CLAIM-06). Changes of the repeated ack were not looked at, and there are no results of them
   * (CHANGE-08).
   */
  enum AlreadyApplied implements AckResult {
    /** The only value. */
    INSTANCE;

    /** {@return the name of the result, as in the rules} */
    @Override
    public String toString() {
      return "AlreadyApplied";
    }
  }

  /**
   * Nothing was written. Unless the error is {@link ProviderError.LockLost} the lock is still held
   * by the same token, with its end and its batch as before (ATOM-01, ATOM-02). Nothing was claimed
   * (CLAIM-06).
   *
   * @param error why
   */
  record Rejected(ProviderError.Permanent error) implements AckResult {
    /** Checks the error. */
    public Rejected {
      Objects.requireNonNull(error, "error");
    }
  }
}
