// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.runtime.internal.replay.Execution;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Parked executions, the ones that were used last, so that their next turn costs what is new. One
 * that is not in here is replayed: the cache is never needed for anything to be right.
 */
final class ExecutionCache {

  private final int size;
  private final ReentrantLock guard = new ReentrantLock();
  private final LinkedHashMap<String, Execution> parked = new LinkedHashMap<>();

  ExecutionCache(int size) {
    this.size = size;
  }

  /** Takes an execution out if it stands exactly where the store says the instance stands. */
  @Nullable Execution take(OrchestrationItem item) {
    Execution execution;
    guard.lock();
    try {
      execution = parked.remove(item.instanceId());
    } finally {
      guard.unlock();
    }
    if (execution == null || isCurrent(execution, item)) {
      return execution;
    }
    // Another worker went on with the instance.
    execution.unwind();
    return null;
  }

  /**
   * Where it ends is not enough: an instance that was deleted and started again under the same id
   * may have as many events. Its first event tells when it was started.
   */
  private static boolean isCurrent(Execution execution, OrchestrationItem item) {
    List<HistoryEvent> events = item.history().events();
    return execution.executionId() == item.executionId()
        && execution.lastEventId() == item.history().lastEventId()
        && !events.isEmpty()
        && events.getFirst().recordedAt().equals(execution.startedAt());
  }

  /** Keeps an execution; the one that was not used for longest has to make room. */
  void put(Execution execution) {
    List<Execution> out = new ArrayList<>();
    guard.lock();
    try {
      Execution before = parked.remove(execution.instanceId());
      if (before != null) {
        out.add(before);
      }
      parked.put(execution.instanceId(), execution);
      while (parked.size() > size) {
        Map.Entry<String, Execution> eldest = parked.pollFirstEntry();
        if (eldest != null) {
          out.add(eldest.getValue());
        }
      }
    } finally {
      guard.unlock();
    }
    out.forEach(Execution::unwind);
  }

  /** Lets go of everything. */
  void clear() {
    List<Execution> out;
    guard.lock();
    try {
      out = List.copyOf(parked.values());
      parked.clear();
    } finally {
      guard.unlock();
    }
    out.forEach(Execution::unwind);
  }
}
