// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.History;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Executions of one instance that are mixed up. */
final class MultiMutants {

  private MultiMutants() {}

  static List<Mutant> all() {
    return new Family("MULTI")
        .handle(
            "reads-the-latest-execution",
            "Whatever execution is asked for, the latest one's history is read.",
            "MULTI-01: the execution is missing in the WHERE",
            ReadsTheLatest::new)
        .handle(
            "delivers-the-first-execution",
            "Every item carries the history of the first execution.",
            "MULTI-02: execution 1 in the query",
            DeliversTheFirst::new)
        .handle(
            "counts-executions",
            "The latest execution id is the number of executions.",
            "MULTI-03: count(*) instead of max()",
            CountsExecutions::new)
        .handle(
            "a-start-raises-the-execution",
            "An item with a start belongs to the next execution.",
            "duroxide: the execution was inferred from the start message",
            StartRaises::new)
        .handle(
            "the-last-ack-decides",
            "The current execution is the one that was acked last.",
            "MULTI-05: last write wins",
            LastAckDecides::new)
        .handle(
            "status-goes-to-the-first-execution",
            "Status and output are written to the current execution only while it is the first.",
            "MULTI-07: the status is a column of the instance",
            StatusOfTheFirstOnly::new)
        .handle(
            "continued-as-new-is-completed",
            "An execution that continues as new is stored as completed.",
            "MULTI-07: an enumeration of two ends",
            ContinuedIsCompleted::new)
        .handle(
            "every-ack-states-running",
            "An ack that states no status sets the execution to running.",
            "MULTI-06: a default instead of absent",
            StatesRunning::new)
        .handle(
            "a-new-execution-starts-with-empty-queues",
            "The first ack of a new execution drops what is queued for its instance.",
            "MULTI-08: clean-up with continue-as-new",
            EmptyQueues::new)
        .mutants();
  }

  private static final class ReadsTheLatest extends Forwarding {
    ReadsTheLatest(Provider inner) {
      super(inner);
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      long latest = inner.latestExecutionId(instanceId).orElse(executionId);
      return super.readHistory(instanceId, latest, after, limit);
    }
  }

  private static final class DeliversTheFirst extends Altering {
    DeliversTheFirst(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.history(item, inner.readHistory(item.instanceId(), 1, 0, 1_000));
    }
  }

  private static final class CountsExecutions extends Forwarding {
    CountsExecutions(Provider inner) {
      super(inner);
    }

    @Override
    public OptionalLong latestExecutionId(String instanceId) {
      OptionalLong latest = super.latestExecutionId(instanceId);
      long count = 0;
      for (long id = 1; latest.isPresent() && id <= latest.getAsLong(); id++) {
        count += inner.readHistory(instanceId, id, 0, 1).lastEventId() > 0 ? 1 : 0;
      }
      return latest.isPresent() ? OptionalLong.of(Math.max(1, count)) : latest;
    }
  }

  private static final class StartRaises extends Altering {
    StartRaises(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      boolean start = item.messages().stream().anyMatch(message -> message.start() != null);
      boolean known = inner.latestExecutionId(item.instanceId()).isPresent();
      return start && known ? Change.execution(item, item.executionId() + 1) : item;
    }
  }

  private static final class LastAckDecides extends Altering {
    private final Map<String, Long> last = new ConcurrentHashMap<>();

    LastAckDecides(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      last.put(ack.lockToken().instanceId(), ack.executionId());
      return ack;
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.execution(item, last.getOrDefault(item.instanceId(), item.executionId()));
    }
  }

  private static ExecutionMetadata status(
      ExecutionMetadata metadata, @Nullable ExecutionStatus status, boolean output) {
    ExecutionMetadata.Builder changed = ExecutionMetadata.builder();
    changed.name(metadata.name()).version(metadata.version());
    changed.parentInstanceId(metadata.parentInstanceId()).status(status);
    if (output) {
      changed.output(metadata.output());
    }
    return changed.build();
  }

  private static final class StatusOfTheFirstOnly extends Altering {
    StatusOfTheFirstOnly(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      return ack.executionId() == 1
          ? ack
          : Change.of(ack).metadata(status(ack.metadata(), null, false)).build();
    }
  }

  private static final class ContinuedIsCompleted extends Altering {
    ContinuedIsCompleted(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      return Change.of(ack)
          .metadata(
              status(
                  ack.metadata(),
                  ack.metadata().status() == ExecutionStatus.CONTINUED_AS_NEW
                      ? ExecutionStatus.COMPLETED
                      : ack.metadata().status(),
                  true))
          .build();
    }
  }

  private static final class StatesRunning extends Altering {
    StatesRunning(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      return Change.of(ack)
          .metadata(
              status(
                  ack.metadata(),
                  Objects.requireNonNullElse(ack.metadata().status(), ExecutionStatus.RUNNING),
                  true))
          .build();
    }
  }

  /** What comes to an instance while its turn continues as new is dropped when it is delivered. */
  private static final class EmptyQueues extends Altering {
    private final Map<String, Long> dropped = new ConcurrentHashMap<>();

    EmptyQueues(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      LockToken token = ack.lockToken();
      boolean continues = ack.metadata().status() == ExecutionStatus.CONTINUED_AS_NEW;
      if (continues && result instanceof AckResult.Applied) {
        dropped.put(token.instanceId(), ack.executionId());
      }
      return result;
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      if (dropped.remove(item.instanceId()) == null) {
        return item;
      }
      List<OrchestratorMessage> starts =
          item.messages().stream().filter(message -> message.start() != null).toList();
      return Change.messages(item, starts);
    }
  }
}
