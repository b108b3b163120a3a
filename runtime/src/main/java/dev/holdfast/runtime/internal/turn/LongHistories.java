// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.HistoryLimit;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.WorkerListener;
import dev.holdfast.worker.internal.util.Told;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells once of each execution whose history has become long. Thread-safe. */
final class LongHistories {

  private static final Logger LOG = LoggerFactory.getLogger(LongHistories.class);

  private final HistoryLimit limit;
  private final List<WorkerListener> listeners;

  LongHistories(HistoryLimit limit, List<WorkerListener> listeners) {
    this.limit = limit;
    this.listeners = List.copyOf(listeners);
  }

  /** Looks at a turn that was stored. */
  void stored(Execution execution, TurnOutput turn) {
    List<HistoryEvent> events = turn.historyDelta();
    if (execution.terminal() != null
        || events.isEmpty()
        || events.getFirst().eventId() > limit.warnAt()
        || events.getLast().eventId() < limit.warnAt()) {
      return;
    }
    long length = events.getLast().eventId();
    LOG.warn(
        "instance {} ({}): the history of execution {} has {} events; it should continue as new,"
            + " and is failed at {}",
        execution.instanceId(),
        execution.orchestration(),
        execution.executionId(),
        length,
        limit.most());
    for (WorkerListener listener : listeners) {
      try {
        listener.historyIsLong(
            execution.instanceId(), execution.executionId(), length, limit.most());
      } catch (Throwable e) {
        Told.error(LOG, "a listener failed; work goes on", e);
      }
    }
  }
}
