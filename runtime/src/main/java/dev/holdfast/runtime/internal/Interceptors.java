// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.Interceptor;
import dev.holdfast.runtime.Interceptor.ClientCall;
import dev.holdfast.runtime.Interceptor.InterceptedTurn;
import dev.holdfast.runtime.OrchestrationContext;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The interceptors of one worker, one within the other.
 *
 * @param all the interceptors, the outermost first
 */
public record Interceptors(List<Interceptor> all) {

  /** None. */
  public static final Interceptors NONE = new Interceptors(List.of());

  /** Copies the list. */
  public Interceptors {
    all = List.copyOf(all);
  }

  /** {@return whether there is none} */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** Runs a turn. */
  public void turn(InterceptedTurn turn, Runnable next) {
    Runnable inner = next;
    for (Interceptor one : all.reversed()) {
      Runnable within = inner;
      inner = () -> one.turn(turn, within);
    }
    inner.run();
  }

  /** Runs the code of an orchestration. */
  public <T extends @Nullable Object> T orchestration(
      OrchestrationContext context, Callable<T> next) throws Exception {
    Callable<T> inner = next;
    for (Interceptor one : all.reversed()) {
      Callable<T> within = inner;
      inner = () -> one.<T>orchestration(context, within);
    }
    return inner.call();
  }

  /** Runs the code of an activity. */
  public <T extends @Nullable Object> T activity(ActivityContext activity, Callable<T> next)
      throws Exception {
    Callable<T> inner = next;
    for (Interceptor one : all.reversed()) {
      Callable<T> within = inner;
      inner = () -> one.<T>activity(activity, within);
    }
    return inner.call();
  }

  /** Makes a call of the client. */
  public <T extends @Nullable Object> T client(ClientCall call, Callable<T> next) throws Exception {
    Callable<T> inner = next;
    for (Interceptor one : all.reversed()) {
      Callable<T> within = inner;
      inner = () -> one.<T>client(call, within);
    }
    return inner.call();
  }
}
