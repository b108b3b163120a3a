// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.internal.Identifiers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an activity is called: how often it is tried, and which workers may do it. Immutable.
 *
 * <pre>{@code
 * ActivityOptions onGpu = ActivityOptions.defaults().withTag("gpu").withRetry(RetryPolicy.attempts(5));
 * Frame frame = ctx.call(RENDER, scene, onGpu).await();
 * }</pre>
 *
 * <p>An attempt that has been scheduled keeps tag and session; replay does not compare them. Where
 * the code says something else since, its next attempts and calls have that.
 *
 * @param retry how often and when it is tried again
 * @param tag the kind of worker that may do it, see {@link Holdfast.Builder#servesTags}; null for
 *     any that serves activities without a tag. Needs {@link dev.holdfast.provider.Feature#TAGS}
 * @param session the session that it belongs to: activities of one session go to one worker as long
 *     as that holds the session, see {@link Holdfast.Builder#servesSessions}; null for none. The
 *     name is shared by all instances of the store. Needs {@link
 *     dev.holdfast.provider.Feature#SESSIONS}
 */
public record ActivityOptions(RetryPolicy retry, @Nullable String tag, @Nullable String session) {

  private static final ActivityOptions DEFAULTS =
      new ActivityOptions(RetryPolicy.none(), null, null);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when tag or session are not 1 to 256 characters, or have a
   *     control character
   */
  public ActivityOptions {
    Objects.requireNonNull(retry, "retry");
    if (tag != null) {
      Identifiers.checked("tag", tag);
    }
    if (session != null) {
      Identifiers.checked("session", session);
    }
  }

  /** {@return one attempt, without tag and session} */
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
    return new ActivityOptions(retry, tag, session);
  }

  /**
   * Returns the same options with another tag.
   *
   * @param tag the tag, null for none
   * @return new options
   * @throws IllegalArgumentException when it is not well formed
   */
  public ActivityOptions withTag(@Nullable String tag) {
    return new ActivityOptions(retry, tag, session);
  }

  /**
   * Returns the same options with another session.
   *
   * @param session the session, null for none
   * @return new options
   * @throws IllegalArgumentException when it is not well formed
   */
  public ActivityOptions withSession(@Nullable String session) {
    return new ActivityOptions(retry, tag, session);
  }
}
