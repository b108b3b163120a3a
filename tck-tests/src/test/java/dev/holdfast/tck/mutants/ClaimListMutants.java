// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.support.ListForms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Claims of repeated calls, of lists, and at the cost of others. */
final class ClaimListMutants {

  private static final int MANY = 1_000;
  private static final Duration LONG = Duration.ofMinutes(10);

  private ClaimListMutants() {}

  static void addTo(Family family) {
    repeats(family);
    lists(family);
    others(family);
  }

  private static void repeats(Family family) {
    family
        .handle(
            "repeated-acks-claim",
            "An activity ack that comes again locks the instance again.",
            "CLAIM-06: the path of a repeat passes the claim",
            inner ->
                new Claiming(inner) {
                  @Override
                  AckResult answer(ActivityAck ack, AckResult result) {
                    if (result instanceof AckResult.AlreadyApplied) {
                      take(ack.lockToken().instanceId(), LONG);
                    }
                    return result;
                  }
                })
        .handle(
            "repeated-turns-claim",
            "An ack of a turn that comes again locks its activities again.",
            "CLAIM-06: the path of a repeat passes the claim",
            inner ->
                new Claiming(inner) {
                  @Override
                  AckResult answer(OrchestrationAck ack, AckResult result) {
                    if (result instanceof AckResult.AlreadyApplied) {
                      inner.fetchActivityItems(ActivityFetch.of(MANY, LONG));
                    }
                    return result;
                  }
                })
        .handle(
            "repeated-turns-count",
            "An ack of a turn that comes again counts its activities again.",
            "CLAIM-06: the attempt is counted by an update without the fence",
            inner ->
                new Claiming(inner) {
                  @Override
                  AckResult answer(OrchestrationAck ack, AckResult result) {
                    if (result instanceof AckResult.AlreadyApplied) {
                      inner
                          .fetchActivityItems(ActivityFetch.of(MANY, LONG))
                          .forEach(item -> inner.abandon(item.lockToken(), AbandonOptions.now()));
                    }
                    return result;
                  }
                })
        .handle(
            "repeated-messages-claim",
            "A message that adds nothing claims its instance.",
            "CLAIM-06: INSERT OR IGNORE, and then the claim",
            inner ->
                new Claiming(inner) {
                  @Override
                  Optional<OrchestrationItem> answer(
                      OrchestratorMessage message,
                      EagerInstance eager,
                      Optional<OrchestrationItem> item) {
                    return item.isEmpty() && message.messageId() != null
                        ? take(message.instanceId(), eager.lockFor())
                        : item;
                  }
                })
        .handle(
            "rejected-acks-claim",
            "A rejected activity ack locks its instance.",
            "CLAIM-06: the claim is not rolled back",
            inner ->
                new Claiming(inner) {
                  @Override
                  AckResult answer(ActivityAck ack, AckResult result) {
                    if (result instanceof AckResult.Rejected) {
                      take(ack.lockToken().instanceId(), LONG);
                    }
                    return result;
                  }
                })
        .handle(
            "rejected-turns-claim",
            "A rejected ack of a turn locks activities of its instance.",
            "CLAIM-06: the claim is made by instance id",
            inner ->
                new Claiming(inner) {
                  @Override
                  AckResult answer(OrchestrationAck ack, AckResult result) {
                    if (result instanceof AckResult.Rejected) {
                      inner.fetchActivityItems(ActivityFetch.of(MANY, LONG));
                    }
                    return result;
                  }
                })
        .handle(
            "failed-messages-claim",
            "An enqueue that fails locks its instance.",
            "CLAIM-06: the claim comes before the checks",
            inner ->
                new Claiming(inner) {
                  @Override
                  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
                    Optional<OrchestrationItem> early = take(message.instanceId(), eager.lockFor());
                    EnqueueResult result = super.enqueue(message, eager);
                    early.ifPresent(locked ->
                        inner.abandon(locked.lockToken(), AbandonOptions.now().uncounted()));
                    return early.isPresent()
                        ? new EnqueueResult(
                            result.stored(),
                            take(message.instanceId(), eager.lockFor()).orElse(null))
                        : result;
                  }
                });
  }

  private static void lists(Family family) {
    family
        .handle(
            "lists-claim-at-the-first-element",
            "A list of activity acks claims before its later elements are written.",
            "CLAIM-07: the inherited list form",
            inner ->
                new Claiming(inner) {
                  @Override
                  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
                    return ListForms.each(acks, this::ackActivityItem);
                  }
                })
        .handle(
            "lists-answer-an-instance-twice",
            "Every element of a list that asks gets the instance.",
            "CLAIM-07: claims are joined with the acks by instance",
            AnswersTwice::new)
        .handle(
            "lists-use-the-first-claim",
            "The first claim of a list of activity acks goes for all elements.",
            "CLAIM-07: one parameter for the list",
            inner ->
                new Claiming(inner) {
                  @Override
                  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
                    EagerInstance first =
                        acks.stream()
                            .map(ActivityAck::eager)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null);
                    return inner.ackActivityItems(
                        acks.stream()
                            .map(ack -> new ActivityAck(ack.lockToken(), ack.completion(), first))
                            .toList());
                  }
                })
        .handle(
            "lists-of-turns-use-the-first-claim",
            "The first claim of a list of turns goes for all elements.",
            "CLAIM-07: one parameter for the list",
            inner ->
                new Claiming(inner) {
                  @Override
                  public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
                    EagerActivities first =
                        acks.stream()
                            .map(OrchestrationAck::eager)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null);
                    return inner.ackOrchestrationItems(
                        acks.stream().map(ack -> Change.of(ack).eager(first).build()).toList());
                  }
                })
        .handle(
            "lists-of-turns-share-their-max",
            "The activities of a whole list count for the first claim's max.",
            "CLAIM-07: one LIMIT for the list",
            inner ->
                new Claiming(inner) {
                  @Override
                  public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
                    List<AckResult> results = new ArrayList<>();
                    int left = MANY;
                    for (OrchestrationAck ack : acks) {
                      EagerActivities eager = ack.eager();
                      left = eager == null ? left : Math.min(left, eager.max());
                      AckResult result =
                          inner.ackOrchestrationItem(
                              left > 0 ? ack : Change.of(ack).eager(null).build());
                      if (result instanceof AckResult.Applied applied) {
                        left -= applied.eagerActivities().size();
                      }
                      results.add(result);
                    }
                    return results;
                  }
                })
        .handle(
            "rejected-elements-take-the-claim",
            "A list looks at the last claim of an instance, also where that ack is rejected.",
            "CLAIM-07: the element is chosen before the acks are checked",
            inner ->
                new Claiming(inner) {
                  @Override
                  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
                    Set<String> later = new HashSet<>();
                    List<ActivityAck> chosen = new ArrayList<>();
                    for (int i = acks.size() - 1; i >= 0; i--) {
                      ActivityAck ack = acks.get(i);
                      boolean last = ack.eager() != null && later.add(ack.lockToken().instanceId());
                      chosen.add(0, last ? ack : ActivityAck.of(ack.lockToken(), ack.completion()));
                    }
                    return inner.ackActivityItems(chosen);
                  }
                });
  }

  private static final class AnswersTwice extends Claiming {
    AnswersTwice(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
      List<AckResult> results = new ArrayList<>(super.ackActivityItems(acks));
      Map<String, OrchestrationItem> claimed = new HashMap<>();
      for (AckResult result : results) {
        if (result instanceof AckResult.Applied applied) {
          Optional.ofNullable(applied.eagerInstance())
              .ifPresent(item -> claimed.put(item.instanceId(), item));
        }
      }
      for (int i = 0; i < acks.size(); i++) {
        ActivityAck ack = acks.get(i);
        OrchestrationItem item = claimed.get(ack.lockToken().instanceId());
        if (ack.eager() != null && item != null && results.get(i) instanceof AckResult.Applied) {
          results.set(i, new AckResult.Applied(List.of(), item));
        }
      }
      return results;
    }
  }

  private static void others(Family family) {
    family
        .handle(
            "claims-move-others-back",
            "A claim locks what is ready longest, and gives it back.",
            "CLAIM-09: candidates are locked and released",
            inner ->
                new Claiming(inner) {
                  @Override
                  AckResult answer(ActivityAck ack, AckResult result) {
                    inner
                        .fetchOrchestrationItems(OrchestrationFetch.of(1, LONG))
                        .forEach(item ->
                            inner.abandon(item.lockToken(), AbandonOptions.now().uncounted()));
                    return result;
                  }
                })
        .handle(
            "claims-count-others",
            "A claim of activities counts a delivery of all that wait.",
            "CLAIM-09: an update without the identity",
            inner ->
                new Claiming(inner) {
                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    inner
                        .fetchActivityItems(ActivityFetch.of(MANY, LONG))
                        .forEach(item -> inner.abandon(item.lockToken(), AbandonOptions.now()));
                    return items;
                  }
                })
        .store(
            "claims-hold-up-fetchers",
            "Nothing is delivered while something is claimed.",
            "CLAIM-09: one lock for the whole queue",
            store -> {
              Set<LockToken> claimed = ConcurrentHashMap.newKeySet();
              return inner -> new HoldsUp(inner, claimed);
            });
  }

  private static final class HoldsUp extends Claiming {
    private final Set<LockToken> claimed;

    HoldsUp(Provider inner, Set<LockToken> claimed) {
      super(inner);
      this.claimed = claimed;
    }

    @Override
    OrchestrationItem got(OrchestrationItem item) {
      claimed.add(item.lockToken());
      return item;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      claimed.remove(ack.lockToken());
      return super.ackOrchestrationItem(ack);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return claimed.isEmpty() ? super.fetchOrchestrationItems(request) : List.of();
    }
  }
}
