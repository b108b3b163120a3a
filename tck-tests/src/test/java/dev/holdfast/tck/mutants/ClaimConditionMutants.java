// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Claims of instances that no fetch would have got at that moment. */
final class ClaimConditionMutants {

  private static final int MANY = 1_000;
  private static final Duration LONG = Duration.ofMinutes(10);

  private ClaimConditionMutants() {}

  /** An item that nothing is locked for. */
  private static OrchestrationItem invented(OrchestratorMessage message) {
    return new OrchestrationItem(
        message.instanceId(),
        null,
        null,
        1,
        new History(0, List.of(), true),
        List.of(message),
        Map.of(),
        1,
        new LockToken.OfInstance(message.instanceId(), MANY),
        Instant.EPOCH);
  }

  static void addTo(Family family) {
    family
        .handle(
            "claims-the-oldest-instance",
            "An enqueue claims the instance that is ready longest.",
            "CLAIM-05: the claim is a fetch with max 1",
            inner ->
                new Claiming(inner) {
                  @Override
                  @Nullable EagerInstance asked(EagerInstance eager) {
                    return null;
                  }

                  @Override
                  Optional<OrchestrationItem> answer(
                      OrchestratorMessage message,
                      EagerInstance eager,
                      Optional<OrchestrationItem> item) {
                    return inner
                        .fetchOrchestrationItems(OrchestrationFetch.of(1, eager.lockFor()))
                        .stream()
                        .findFirst();
                  }
                })
        .handle(
            "the-most-counts-what-is-cancelled",
            "Activities that an ack schedules and cancels count towards the most that it claims.",
            "CLAIM-04: the limit is applied before the cancellations",
            inner ->
                new Claiming(inner) {
                  @Override
                  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
                    EagerActivities eager = ack.eager();
                    if (eager == null) {
                      return inner.ackOrchestrationItem(ack);
                    }
                    long gone =
                        ack.activities().stream()
                            .limit(eager.max())
                            .filter(task -> ack.cancelledActivities().contains(task.identity()))
                            .count();
                    int left = eager.max() - (int) gone;
                    EagerActivities less =
                        left == 0
                            ? null
                            : new EagerActivities(
                                left, eager.lockFor(), eager.tagFilter(), eager.session());
                    return inner.ackOrchestrationItem(Change.of(ack).eager(less).build());
                  }
                })
        .handle(
            "claims-known-instances-only",
            "A new instance is not claimed by its start.",
            "CLAIM-05: an inner join with the instance row",
            inner ->
                new Claiming(inner) {
                  @Override
                  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
                    if (inner.latestExecutionId(message.instanceId()).isPresent()) {
                      return super.enqueue(message, eager);
                    }
                    return inner.enqueue(message);
                  }
                })
        .store(
            "steals-locked-instances",
            "A claim takes the lock whoever has it.",
            "CLAIM-05: the lock end is not looked at",
            store -> {
              Map<String, LockToken> held = new ConcurrentHashMap<>();
              return inner -> new Steals(inner, held);
            })
        .store(
            "claims-released-locks-only",
            "An instance whose lock has ended by itself is not claimed.",
            "CLAIM-05: the owner is looked at instead of the lock end",
            store -> {
              Set<String> held = ConcurrentHashMap.newKeySet();
              return inner -> new ReleasedOnly(inner, held);
            })
        .store(
            "claims-in-spite-of-a-delay",
            "A message to an instance that was given back with a delay claims it.",
            "CLAIM-05: the delay is a column that claims do not know",
            store -> {
              Set<String> delayed = ConcurrentHashMap.newKeySet();
              return inner -> new InSpiteOfDelay(inner, delayed);
            })
        .handle(
            "claims-orphans",
            "A message to an unknown instance claims it.",
            "CLAIM-05: the claim does not ask for a start",
            inner ->
                new Claiming(inner) {
                  @Override
                  Optional<OrchestrationItem> answer(
                      OrchestratorMessage message,
                      EagerInstance eager,
                      Optional<OrchestrationItem> item) {
                    boolean unknown = inner.latestExecutionId(message.instanceId()).isEmpty();
                    return item.isEmpty() && unknown && message.due() instanceof Due.Now
                        ? Optional.of(invented(message))
                        : item;
                  }
                })
        .handle(
            "claims-by-later-starts",
            "A start that is due later claims a new instance.",
            "CLAIM-05: any queued start makes an instance deliverable",
            inner ->
                new Claiming(inner) {
                  @Override
                  Optional<OrchestrationItem> answer(
                      OrchestratorMessage message,
                      EagerInstance eager,
                      Optional<OrchestrationItem> item) {
                    return item.isEmpty() && message.start() != null && message.messageId() == null
                        ? Optional.of(invented(message))
                        : item;
                  }
                })
        .handle(
            "claims-before-the-due-time",
            "A message that is due later claims its instance.",
            "CLAIM-05: visibleAt is not looked at",
            inner ->
                new Claiming(inner) {
                  @Override
                  Optional<OrchestrationItem> answer(
                      OrchestratorMessage message,
                      EagerInstance eager,
                      Optional<OrchestrationItem> item) {
                    return item.isEmpty() && message.due() instanceof Due.In
                        ? Optional.of(invented(message))
                        : item;
                  }
                })
        .handle(
            "later-completions-claim",
            "A completion that is due later claims its instance.",
            "CLAIM-05: visibleAt is not looked at in acks",
            inner ->
                new Claiming(inner) {
                  @Override
                  AckResult answer(ActivityAck ack, AckResult result) {
                    OrchestratorMessage completion = ack.completion();
                    return completion != null && completion.due() instanceof Due.In
                        ? new AckResult.Applied(List.of(), invented(completion))
                        : result;
                  }
                })
        .handle(
            "acks-without-a-completion-claim",
            "An activity ack without a completion claims its instance.",
            "CLAIM-05: the claim does not ask what was written",
            inner ->
                new Claiming(inner) {
                  @Override
                  AckResult answer(ActivityAck ack, AckResult result) {
                    return ack.completion() == null && result instanceof AckResult.Applied
                        ? new AckResult.Applied(
                            List.of(), take(ack.lockToken().instanceId(), LONG).orElse(null))
                        : super.answer(ack, result);
                  }
                })
        .handle(
            "acks-need-their-claim",
            "An activity ack that cannot claim its instance says that its lock is lost.",
            "CLAIM-05: one update count for ack and claim",
            inner ->
                new Claiming(inner) {
                  @Override
                  AckResult answer(ActivityAck ack, AckResult result) {
                    return result instanceof AckResult.Applied applied
                            && applied.eagerInstance() == null
                        ? AckResult.rejected(
                            new LockLost("ackActivityItem", ack.lockToken(), "it is gone"))
                        : super.answer(ack, result);
                  }
                });
  }

  private static final class Steals extends Claiming {
    private final Map<String, LockToken> held;

    Steals(Provider inner, Map<String, LockToken> held) {
      super(inner);
      this.held = held;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      items.forEach(item -> held.put(item.instanceId(), item.lockToken()));
      return items;
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
      LockToken token = held.remove(message.instanceId());
      if (token != null) {
        try {
          inner.abandon(token, AbandonOptions.now());
        } catch (LockLost gone) {
          return super.enqueue(message, eager);
        }
      }
      return super.enqueue(message, eager);
    }
  }

  private static final class ReleasedOnly extends Claiming {
    private final Set<String> held;

    ReleasedOnly(Provider inner, Set<String> held) {
      super(inner);
      this.held = held;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      items.forEach(item -> held.add(item.instanceId()));
      return items;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      held.remove(ack.lockToken().instanceId());
      return super.ackOrchestrationItem(ack);
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      held.remove(token.instanceId());
      super.abandonInstance(token, how);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
      if (!held.contains(message.instanceId())) {
        return super.enqueue(message, eager);
      }
      return inner.enqueue(message);
    }
  }

  private static final class InSpiteOfDelay extends Claiming {
    private final Set<String> delayed;

    InSpiteOfDelay(Provider inner, Set<String> delayed) {
      super(inner);
      this.delayed = delayed;
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(token, how);
      if (!how.delay().isZero()) {
        delayed.add(token.instanceId());
      }
    }

    @Override
    AckResult answer(ActivityAck ack, AckResult result) {
      OrchestratorMessage completion = ack.completion();
      return completion != null && delayed.remove(completion.instanceId())
          ? new AckResult.Applied(List.of(), invented(completion))
          : result;
    }
  }
}
