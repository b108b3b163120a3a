// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.internal.Identifiers;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an activity is called: how often it is tried, how long it may take, and which workers may do
 * it. Immutable.
 *
 * <pre>{@code
 * ActivityOptions onGpu = ActivityOptions.defaults().withTag("gpu").withRetry(RetryPolicy.attempts(5));
 * Frame frame = ctx.call(RENDER, scene, onGpu).await();
 * }</pre>
 *
 * <p>Times count from when an attempt, or the first one, was scheduled, and so include the wait for
 * a worker. They are durable, and need no worker to be alive. An attempt whose time is over is
 * taken back from its worker, whose thread is interrupted as soon as the worker learns of it;
 * whatever it answers then is dropped. Its code may still be running when the next attempt begins.
 *
 * <p>An attempt that has been scheduled keeps tag, session and deadline; replay does not compare
 * them. Where the code says something else since, its next attempts and calls have that.
 *
 * @param retry how often and when it is tried again
 * @param tag the kind of worker that may do it, see {@link Holdfast.Builder#servesTags}; null for
 *     any that serves activities without a tag. Needs {@link dev.holdfast.provider.Feature#TAGS}
 * @param session the session that it belongs to: activities of one session go to one worker as long
 *     as that holds the session, see {@link Holdfast.Builder#servesSessions}; null for none. The
 *     name is shared by all instances of the store. Needs {@link
 *     dev.holdfast.provider.Feature#SESSIONS}
 * @param attemptTimeout how long each attempt may take, above zero; null for no limit. An attempt
 *     that takes longer has failed with {@link Failure#TIMEOUT}, and is tried again by the policy
 * @param timeout how long the call may take over all attempts and the waits between them, above
 *     zero; null for no limit. The attempt that is under way then has failed with {@link
 *     Failure#TIMEOUT}; where the wait for the next one would last until then or longer, the
 *     failure before it is the answer at once
 * @param heartbeatTimeout how long the code of an attempt may run without {@link
 *     ActivityContext#heartbeat()}, above zero; null for any time. Code that is silent for longer
 *     is interrupted, and its attempt has failed with {@link Failure#HEARTBEAT_TIMEOUT}, whether or
 *     not the code comes back; it is tried again by the policy. Counts on the clock of the worker
 *     that runs it, and not while the attempt waits for a worker. A worker that dies gives no
 *     heartbeat either: then its lock runs out, and the same attempt is delivered again
 */
public record ActivityOptions(
    RetryPolicy retry,
    @Nullable String tag,
    @Nullable String session,
    @Nullable Duration attemptTimeout,
    @Nullable Duration timeout,
    @Nullable Duration heartbeatTimeout) {

  private static final ActivityOptions DEFAULTS =
      new ActivityOptions(RetryPolicy.none(), null, null, null, null, null);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when tag or session are not 1 to 256 characters, or have a
   *     control character, or when a time is not above zero
   */
  public ActivityOptions {
    Objects.requireNonNull(retry, "retry");
    if (tag != null) {
      Identifiers.checked("tag", tag);
    }
    if (session != null) {
      Identifiers.checked("session", session);
    }
    checkTime("attemptTimeout", attemptTimeout);
    checkTime("timeout", timeout);
    checkTime("heartbeatTimeout", heartbeatTimeout);
  }

  private static void checkTime(String name, @Nullable Duration time) {
    if (time != null && !time.isPositive()) {
      throw new IllegalArgumentException(name + " is " + time + "; it must be above zero");
    }
  }

  /** {@return one attempt, without tag, session and limits of time} */
  public static ActivityOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns the same options with another retry policy.
   *
   * @param retry how often and when it is tried again
   * @return new options
   */
  public ActivityOptions withRetry(RetryPolicy retry) {
    return new ActivityOptions(retry, tag, session, attemptTimeout, timeout, heartbeatTimeout);
  }

  /**
   * Returns the same options with another tag.
   *
   * @param tag the tag, null for none
   * @return new options
   * @throws IllegalArgumentException when it is not well formed
   */
  public ActivityOptions withTag(@Nullable String tag) {
    return new ActivityOptions(retry, tag, session, attemptTimeout, timeout, heartbeatTimeout);
  }

  /**
   * Returns the same options with another session.
   *
   * @param session the session, null for none
   * @return new options
   * @throws IllegalArgumentException when it is not well formed
   */
  public ActivityOptions withSession(@Nullable String session) {
    return new ActivityOptions(retry, tag, session, attemptTimeout, timeout, heartbeatTimeout);
  }

  /**
   * Returns the same options with another limit of the time of each attempt.
   *
   * @param attemptTimeout how long each attempt may take, null for no limit
   * @return new options
   * @throws IllegalArgumentException when it is not above zero
   */
  public ActivityOptions withAttemptTimeout(@Nullable Duration attemptTimeout) {
    return new ActivityOptions(retry, tag, session, attemptTimeout, timeout, heartbeatTimeout);
  }

  /**
   * Returns the same options with another limit of the time over all attempts.
   *
   * @param timeout how long the call may take, null for no limit
   * @return new options
   * @throws IllegalArgumentException when it is not above zero
   */
  public ActivityOptions withTimeout(@Nullable Duration timeout) {
    return new ActivityOptions(retry, tag, session, attemptTimeout, timeout, heartbeatTimeout);
  }

  /**
   * Returns the same options with another limit of the time between heartbeats.
   *
   * @param heartbeatTimeout how long code may be silent, null for any time
   * @return new options
   * @throws IllegalArgumentException when it is not above zero
   */
  public ActivityOptions withHeartbeatTimeout(@Nullable Duration heartbeatTimeout) {
    return new ActivityOptions(retry, tag, session, attemptTimeout, timeout, heartbeatTimeout);
  }
}
