// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.worker.internal.util.Texts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Logs one line for each step in the life of an instance, under a name of its own, so that it can
 * be switched off by itself. Thread-safe.
 */
public final class InstanceLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.holdfast.instances");

  // The names of dev.holdfast.worker.Work, which clients without workers do not load.
  private static final String MDC_INSTANCE = "holdfast.instance";
  private static final String MDC_EXECUTION = "holdfast.execution";
  private static final String MDC_NAME = "holdfast.name";

  private InstanceLog() {}

  /** An execution has begun. */
  public static void started(String instanceId, long executionId, @Nullable String name) {
    if (LOG.isInfoEnabled()) {
      say(instanceId, executionId, name, "has started" + nth(executionId));
    }
  }

  /** An execution has ended. */
  public static void ended(
      String instanceId, long executionId, @Nullable String name, Event.Terminal how) {
    if (LOG.isInfoEnabled()) {
      say(
          instanceId,
          executionId,
          name,
          switch (how) {
            case Event.OrchestrationCompleted done -> "has completed";
            case Event.ContinuedAsNew next -> "goes on as its next execution";
            case Event.OrchestrationFailed(var failure, var cancelled) ->
                cancelled
                    ? "was cancelled" + because(failure.message())
                    : failure.type().equals(Failure.TERMINATED)
                        ? "was terminated" + because(failure.message())
                        : "has failed: " + Texts.oneLine(failure.toString());
          });
    }
  }

  /** A turn without code is stored. */
  public static void controlled(Delivered it, ControlTurn turn) {
    if (LOG.isInfoEnabled()) {
      String what =
          switch (turn.what()) {
            case SUSPEND -> "is suspended" + because(turn.reason());
            case TERMINATE -> "was terminated" + because(turn.reason());
            case RESTART -> "was restarted";
            case RETRY -> "goes on where it failed";
            case KEEP -> null;
          };
      if (what != null) {
        say(it.instanceId(), turn.alternatives().getFirst().executionId(), it.name(), what);
      }
    }
  }

  /** A suspended execution goes on. */
  public static void resumed(String instanceId, long executionId, @Nullable String name) {
    if (LOG.isInfoEnabled()) {
      say(instanceId, executionId, name, "goes on");
    }
  }

  private static String nth(long executionId) {
    return executionId == 1 ? "" : " (execution " + executionId + ")";
  }

  private static String because(@Nullable String reason) {
    return reason == null || reason.isEmpty() ? "" : ": " + Texts.oneLine(reason);
  }

  private static void say(String instanceId, long executionId, @Nullable String name, String what) {
    List<Runnable> restore = new ArrayList<>();
    put(restore, MDC_INSTANCE, instanceId);
    put(restore, MDC_EXECUTION, String.valueOf(executionId));
    put(restore, MDC_NAME, name);
    try {
      LOG.info("instance {} ({}) {}", instanceId, name == null ? "of no known name" : name, what);
    } finally {
      restore.forEach(Runnable::run);
    }
  }

  private static void put(List<Runnable> restore, String key, @Nullable String value) {
    String before = MDC.get(key);
    restore.add(() -> set(key, before));
    set(key, value);
  }

  private static void set(String key, @Nullable String value) {
    if (value == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, value);
    }
  }
}
