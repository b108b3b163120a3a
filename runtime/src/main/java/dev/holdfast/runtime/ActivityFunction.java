// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What an activity does. It is executed at least once: a worker that dies is replaced by another
 * delivery, so effects should be made idempotent with {@link ActivityContext#idempotencyKey()}.
 *
 * <p>Called from many threads at once, each time on a virtual thread of its own, which is
 * interrupted when the activity is cancelled or taken over by another worker.
 *
 * @param <I> the input type
 * @param <O> the output type
 */
@FunctionalInterface
public interface ActivityFunction<I extends @Nullable Object, O extends @Nullable Object> {

  /**
   * Does the work of one attempt.
   *
   * @param context which activity this is
   * @param input the decoded input
   * @return the output
   * @throws Exception any failure; the orchestration sees its class name and message. {@link
   *     ActivityFailure#nonRetryable(String)} rules out further attempts
   */
  O run(ActivityContext context, I input) throws Exception;
}
