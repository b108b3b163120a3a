// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** What goes wrong once in a while when many work at once. */
final class ConcMutants {

  private ConcMutants() {}

  static List<Mutant> all() {
    return new Family("CONC")
        .handle(
            "claims-forget-what-came-before",
            "A claimed batch has one message too few when there are more than two.",
            "CONC-01: the model looks at claims, too",
            ClaimsForget::new)
        .store(
            "delivers-twice-once-in-a-while",
            "Every fifth fetch without work answers an instance that somebody holds.",
            "CONC-02: two readers see the same free row",
            store -> deliversTwice())
        .store(
            "delivers-activities-twice-once-in-a-while",
            "Every fifth fetch without work answers an activity that somebody holds.",
            "CONC-02: two readers see the same free row",
            store -> deliversActivitiesTwice())
        .store(
            "loses-one-message-in-forty",
            "Every fortieth message of an ack is not stored.",
            "CONC-03: a row that was inserted while a batch was being fixed",
            store -> {
              AtomicInteger messages = new AtomicInteger();
              return inner -> new LosesMessages(inner, messages);
            })
        .store(
            "doubles-one-completion-in-ten",
            "Every tenth completion is enqueued twice.",
            "CONC-03: a repeat after a lost reply",
            store -> {
              AtomicInteger completions = new AtomicInteger();
              return inner -> new DoublesCompletions(inner, completions);
            })
        .store(
            "deadlocks-are-permanent",
            "Every twentieth ack fails for good as the victim of a deadlock.",
            "duroxide-pg: deadlock detected, classified as permanent",
            store -> {
              AtomicInteger acks = new AtomicInteger();
              return inner -> new Deadlocks(inner, acks);
            })
        .store(
            "eight-callers-are-enough",
            "Every twentieth call of a handle finds no connection.",
            "CONC-05: a pool that does not wait",
            store -> inner -> new NoConnection(inner))
        .store(
            "senders-overtake-themselves",
            "Every tenth message is stored after the next one.",
            "CONC-06: sequence numbers drawn before a wait",
            store -> inner -> new Overtakes(inner))
        .store(
            "reads-the-past",
            "Every third read answers what the handle read before.",
            "CONC-07: a replica that lags",
            store -> inner -> new ReadsThePast(inner))
        .store(
            "acks-are-lost-once-in-a-while",
            "Every twentieth ack says that it was applied and was not.",
            "CONC-01: a commit that is not waited for",
            store -> {
              AtomicInteger acks = new AtomicInteger();
              return inner -> new LosesAcks(inner, acks);
            })
        .mutants();
  }

  private static UnaryOperator<Provider> deliversTwice() {
    List<OrchestrationItem> last = new CopyOnWriteArrayList<>();
    AtomicInteger empty = new AtomicInteger();
    return inner ->
        new Forwarding(inner) {
          @Override
          public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
            List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
            if (items.isEmpty() && empty.incrementAndGet() % 5 == 0) {
              return List.copyOf(last);
            }
            if (!items.isEmpty()) {
              last.clear();
              last.add(items.get(0));
            }
            return items;
          }
        };
  }

  private static UnaryOperator<Provider> deliversActivitiesTwice() {
    List<ActivityItem> last = new CopyOnWriteArrayList<>();
    AtomicInteger empty = new AtomicInteger();
    return inner ->
        new Forwarding(inner) {
          @Override
          public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
            List<ActivityItem> items = super.fetchActivityItems(request);
            if (items.isEmpty() && empty.incrementAndGet() % 5 == 0) {
              return List.copyOf(last);
            }
            if (!items.isEmpty()) {
              last.clear();
              last.add(items.get(0));
            }
            return items;
          }
        };
  }

  private static final class ClaimsForget extends Claiming {
    ClaimsForget(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem got(OrchestrationItem item) {
      int count = item.messages().size();
      return count > 2 ? Change.messages(item, item.messages().subList(1, count)) : item;
    }
  }

  private static final class LosesMessages extends Forwarding {
    private final AtomicInteger messages;

    LosesMessages(Provider inner, AtomicInteger messages) {
      super(inner);
      this.messages = messages;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return super.ackOrchestrationItem(
          Change.of(ack)
              .messages(
                  ack.messages().stream()
                      .filter(message -> messages.incrementAndGet() % 40 != 0)
                      .toList())
              .build());
    }
  }

  private static final class DoublesCompletions extends Forwarding {
    private final AtomicInteger completions;

    DoublesCompletions(Provider inner, AtomicInteger completions) {
      super(inner);
      this.completions = completions;
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ack);
      OrchestratorMessage completion = ack.completion();
      if (result instanceof AckResult.Applied
          && completion != null
          && completions.incrementAndGet() % 10 == 0) {
        inner.enqueue(completion);
      }
      return result;
    }
  }

  private static final class Deadlocks extends Forwarding {
    private final AtomicInteger acks;

    Deadlocks(Provider inner, AtomicInteger acks) {
      super(inner);
      this.acks = acks;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return acks.incrementAndGet() % 20 == 0
          ? AckResult.rejected(new StoreFailure("ackOrchestrationItem", "deadlock detected", null))
          : super.ackOrchestrationItem(ack);
    }
  }

  private static final class NoConnection extends Forwarding {
    private final AtomicInteger calls = new AtomicInteger();

    NoConnection(Provider inner) {
      super(inner);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      // The kit measures the round trip with messages to an instance that never is.
      boolean measured = message.instanceId().equals("nobody");
      if (!measured && calls.incrementAndGet() % 20 == 0) {
        throw new StoreUnavailable("enqueue", "no connection is free", null);
      }
      return super.enqueue(message);
    }
  }

  private static final class Overtakes extends Forwarding {
    private final List<OrchestratorMessage> late = new ArrayList<>();
    private int messages;

    Overtakes(Provider inner) {
      super(inner);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      synchronized (late) {
        if (++messages % 10 == 0 && message.start() == null) {
          late.add(message);
          return EnqueueResult.of(true);
        }
        EnqueueResult result = inner.enqueue(message);
        late.forEach(inner::enqueue);
        late.clear();
        return result;
      }
    }
  }

  private static final class ReadsThePast extends Forwarding {
    private final Map<String, OptionalLong> executions = new ConcurrentHashMap<>();
    private final Map<String, History> histories = new ConcurrentHashMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();

    ReadsThePast(Provider inner) {
      super(inner);
    }

    @Override
    public OptionalLong latestExecutionId(String instanceId) {
      OptionalLong latest = super.latestExecutionId(instanceId);
      OptionalLong first = executions.putIfAbsent(instanceId, latest);
      return first != null && looks.incrementAndGet() % 3 == 0 ? first : latest;
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      History history = super.readHistory(instanceId, executionId, after, limit);
      History first = histories.putIfAbsent(instanceId + executionId + "/" + after, history);
      return first != null && reads.incrementAndGet() % 3 == 0 ? first : history;
    }
  }

  private static final class LosesAcks extends Forwarding {
    private final AtomicInteger acks;

    LosesAcks(Provider inner, AtomicInteger acks) {
      super(inner);
      this.acks = acks;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return acks.incrementAndGet() % 20 == 0
          ? AckResult.applied()
          : super.ackOrchestrationItem(ack);
    }
  }
}
