// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What an activity without output does; see {@link ActivityFunction}.
 *
 * @param <I> the input type
 */
@FunctionalInterface
public interface ActivityAction<I extends @Nullable Object> {

  /**
   * Does the work of one attempt.
   *
   * @param context which activity this is
   * @param input the decoded input
   * @throws Exception any failure, as for {@link ActivityFunction#run}
   */
  void run(ActivityContext context, I input) throws Exception;
}
