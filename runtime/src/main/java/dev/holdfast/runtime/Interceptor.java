// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Code that runs around what a worker and its client do: for logs, traces, or a context such as a
 * tenant that lower layers take from the thread. Each method calls {@code next} once, on the same
 * thread, and returns what it returns; those that are not overridden cost a call, and a worker
 * without interceptors nothing. Registered with {@link Holdfast.Builder#interceptor}; the first one
 * is the outermost. Called from many threads.
 *
 * <pre>{@code
 * class Tenants implements Interceptor {
 *   public <T> T activity(ActivityContext activity, Callable<T> next) throws Exception {
 *     return ScopedValue.where(TENANT, tenantOf(activity.instanceId())).call(next::call);
 *   }
 * }
 * }</pre>
 */
public interface Interceptor {

  /**
   * Runs around a turn of an instance: its code goes on until it waits or ends, on a thread of its
   * own, while this one waits. What is thrown here fails the turn, which is delivered again.
   *
   * @param turn the turn
   * @param next runs it
   */
  default void turn(InterceptedTurn turn, Runnable next) {
    next.run();
  }

  /**
   * Runs around the code of an orchestration, from its beginning to its end, on its own thread:
   * what is bound to the thread here is bound in all turns. Replay runs it again, so the rules for
   * code of orchestrations hold here as well, and its end may be an {@code Error} of the runtime
   * that takes the code off its thread; pass it on.
   *
   * @param <T> the output type
   * @param context the context of the orchestration
   * @param next runs the code
   * @return the output
   * @throws Exception what the code throws
   */
  default <T extends @Nullable Object> T orchestration(
      OrchestrationContext context, Callable<T> next) throws Exception {
    return next.call();
  }

  /**
   * Runs around one attempt of an activity. What is thrown here is the failure of the attempt.
   *
   * @param <T> the output type
   * @param activity the context of the activity
   * @param next runs its code
   * @return the output
   * @throws Exception what the code throws
   */
  default <T extends @Nullable Object> T activity(ActivityContext activity, Callable<T> next)
      throws Exception {
    return next.call();
  }

  /**
   * Runs around a call of the client that belongs to the worker: those that concern one instance,
   * but for futures and transactions of the caller.
   *
   * @param <T> what it returns
   * @param call which call
   * @param next makes it
   * @return what it returns
   * @throws Exception what it throws
   */
  default <T extends @Nullable Object> T client(ClientCall call, Callable<T> next)
      throws Exception {
    return next.call();
  }

  /**
   * A turn.
   *
   * @param instanceId the instance
   * @param executionId its execution
   * @param orchestration the name of what it runs
   */
  record InterceptedTurn(String instanceId, long executionId, String orchestration) {}

  /**
   * A call of a client.
   *
   * @param operation the name of the method, such as {@code start}
   * @param instanceId the instance that it concerns
   */
  record ClientCall(String operation, String instanceId) {}
}
