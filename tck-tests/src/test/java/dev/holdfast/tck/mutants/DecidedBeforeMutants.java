// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.History;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Deletions and prunes that decide what goes by a look before, while an ack comes between. The two
 * calls meet in this order on the kit's threads that start together, and nowhere else.
 */
final class DecidedBeforeMutants {

  private DecidedBeforeMutants() {}

  static List<Mutant> deletions() {
    return new Family("DELETE")
        .store(
            "decided-before-the-ack",
            "An instance that runs again is deleted, because it had ended before.",
            "DELETE-19: the status is read by a statement of its own",
            store -> {
              Map<String, Meeting> meetings = new ConcurrentHashMap<>();
              return inner -> new DeletesByALook(inner, meetings);
            })
        .mutants();
  }

  static List<Mutant> prunes() {
    return new Family("PRUNE")
        .store(
            "what-began-meanwhile-goes",
            "An execution that began after the look is removed.",
            "PRUNE-10: whatever is not among the last ones that were read",
            store -> {
              Meeting meeting = new Meeting();
              Set<Execution> removed = ConcurrentHashMap.newKeySet();
              return inner -> new PrunesByALook(inner, meeting, removed);
            })
        .mutants();
  }

  private record Execution(String instanceId, long id) {}

  /** One look, and one ack that comes behind it. */
  private static final class Meeting {
    private static final int PATIENCE_SECONDS = 2;

    final CountDownLatch looked = new CountDownLatch(1);
    final CountDownLatch acked = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);

    static boolean isTogether() {
      return Thread.currentThread().getName().startsWith("together");
    }

    /** Waits, and goes on without the other one when it does not come. */
    static void await(CountDownLatch latch) {
      try {
        boolean met = latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assert met || latch.getCount() > 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class DeletesByALook extends Forwarding {
    private final Map<String, Meeting> meetings;

    DeletesByALook(Provider inner, Map<String, Meeting> meetings) {
      super(inner);
      this.meetings = meetings;
    }

    private Meeting meeting(String instanceId) {
      return meetings.computeIfAbsent(instanceId, id -> new Meeting());
    }

    /** Whether an instance has ended, and somebody is about to ack it. */
    private boolean isEndedAndHeld(String instanceId) {
      if (!Meeting.isTogether() || inner.latestExecutionId(instanceId).isEmpty()) {
        return false;
      }
      InstanceFacts facts = inner.capability(InstanceAdmin.class).orElseThrow().facts(instanceId);
      return facts.status() != null && facts.status().isEnded() && facts.lock() != null;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      String instanceId = ack.lockToken().instanceId();
      if (!isEndedAndHeld(instanceId)) {
        return super.ackOrchestrationItem(ack);
      }
      Meeting meeting = meeting(instanceId);
      Meeting.await(meeting.looked);
      AckResult result = super.ackOrchestrationItem(ack);
      meeting.acked.countDown();
      return result;
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      Optional<C> right = super.capability(type);
      return type == InstanceDeletion.class
          ? right.map(one -> type.cast(deciding((InstanceDeletion) one)))
          : right;
    }

    private InstanceDeletion deciding(InstanceDeletion right) {
      return new InstanceDeletion() {
        @Override
        public Counts delete(List<String> instanceIds, boolean force) {
          if (force || instanceIds.size() != 1 || !isEndedAndHeld(instanceIds.get(0))) {
            return right.delete(instanceIds, force);
          }
          Meeting meeting = meeting(instanceIds.get(0));
          meeting.looked.countDown();
          Meeting.await(meeting.acked);
          return right.delete(instanceIds, true);
        }

        @Override
        public Counts deleteBulk(BulkFilter filter) {
          return right.deleteBulk(filter);
        }
      };
    }
  }

  private static final class PrunesByALook extends Forwarding {
    private final Meeting meeting;
    private final Set<Execution> removed;

    PrunesByALook(Provider inner, Meeting meeting, Set<Execution> removed) {
      super(inner);
      this.meeting = meeting;
      this.removed = removed;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      boolean meets =
          Meeting.isTogether()
              && meeting.ended.getCount() > 0
              && inner.latestExecutionId(ack.lockToken().instanceId()).isPresent();
      if (!meets) {
        return super.ackOrchestrationItem(ack);
      }
      Meeting.await(meeting.looked);
      AckResult result = super.ackOrchestrationItem(ack);
      meeting.acked.countDown();
      Meeting.await(meeting.ended);
      return result;
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      return removed.contains(new Execution(instanceId, executionId))
          ? new History(0, List.of(), true)
          : super.readHistory(instanceId, executionId, after, limit);
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      Optional<C> right = super.capability(type);
      return type == ExecutionPruning.class
          ? right.map(one -> type.cast(deciding((ExecutionPruning) one)))
          : right;
    }

    private ExecutionPruning deciding(ExecutionPruning right) {
      return new ExecutionPruning() {
        @Override
        public Counts prune(String instanceId, Options options) {
          if (!Meeting.isTogether() || meeting.ended.getCount() == 0) {
            return right.prune(instanceId, options);
          }
          long last = inner.latestExecutionId(instanceId).orElse(0);
          meeting.looked.countDown();
          Meeting.await(meeting.acked);
          Counts counts = right.prune(instanceId, options);
          for (long id = last + 1; id <= inner.latestExecutionId(instanceId).orElse(0); id++) {
            removed.add(new Execution(instanceId, id));
          }
          meeting.ended.countDown();
          return counts;
        }

        @Override
        public Counts pruneBulk(BulkFilter filter, Options options) {
          return right.pruneBulk(filter, options);
        }
      };
    }
  }
}
