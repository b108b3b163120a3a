// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.History;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Claims that get something else than a fetch would have got, or that others get as well. */
final class ClaimMutants {

  private static final int MANY = 1_000;
  private static final Duration LONG = Duration.ofMinutes(10);

  private ClaimMutants() {}

  static List<Mutant> all() {
    Family family = new Family("CLAIM");
    honouring(family);
    items(family);
    activities(family);
    ClaimConditionMutants.addTo(family);
    ClaimListMutants.addTo(family);
    return family.mutants();
  }

  private static void honouring(Family family) {
    family
        .handle(
            "declares-claims-and-makes-none",
            "Claims are declared and ignored.",
            "CLAIM-01: a wrapper that does not pass claims on",
            inner ->
                new Claiming(inner) {
                  @Override
                  @Nullable EagerInstance asked(EagerInstance eager) {
                    return null;
                  }

                  @Override
                  @Nullable EagerActivities asked(EagerActivities eager) {
                    return null;
                  }
                })
        .handle(
            "ignores-claims-in-lists",
            "Claims are ignored in list forms.",
            "CLAIM-01: the list form has a path of its own",
            inner ->
                new Claiming(inner) {
                  @Override
                  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
                    return inner.ackActivityItems(
                        acks.stream()
                            .map(ack -> ActivityAck.of(ack.lockToken(), ack.completion()))
                            .toList());
                  }
                })
        .handle(
            "claims-in-secret",
            "What is claimed is locked and not answered.",
            "CLAIM-01: the answer is mapped without the claims",
            inner ->
                new Claiming(inner) {
                  @Override
                  @Nullable OrchestrationItem got(OrchestrationItem item) {
                    return null;
                  }

                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    return List.of();
                  }
                })
        .handle(
            "claims-without-declaring-it",
            "Claims are honoured and not declared.",
            "CLAIM-01: the list of features was forgotten",
            inner ->
                new Claiming(inner) {
                  @Override
                  public ProviderInfo info() {
                    ProviderInfo info = inner.info();
                    return new ProviderInfo(
                        info.id(),
                        info.version(),
                        info.specVersion(),
                        Set.of(),
                        info.limits(),
                        info.wakeUpBound());
                  }
                });
  }

  /** A mutant that changes claimed instances on their way out. */
  private static void item(
      Family family, String name, String what, String origin, UnaryOperator<OrchestrationItem> op) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Claiming(inner) {
              @Override
              OrchestrationItem got(OrchestrationItem item) {
                return op.apply(item);
              }
            });
  }

  /** A mutant that changes claims of instances on their way in. */
  private static void claim(
      Family family, String name, String what, String origin, UnaryOperator<EagerInstance> op) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Claiming(inner) {
              @Override
              EagerInstance asked(EagerInstance eager) {
                return op.apply(eager);
              }
            });
  }

  private static void items(Family family) {
    item(
        family,
        "claims-count-from-one",
        "A claimed item has delivery count 1, whatever was before.",
        "CLAIM-02: delivery_count is a constant in the claim's answer",
        item -> Change.attempts(item, 1));
    item(
        family,
        "claims-count-twice",
        "A claimed item has one attempt too many.",
        "CLAIM-02: the count is raised by the write and by the lock",
        item -> Change.attempts(item, item.deliveryCount() + 1));
    item(
        family,
        "claims-with-the-token-before",
        "A claimed item carries the token of the lock before.",
        "CLAIM-02: the row is read before it is updated",
        item ->
            Change.token(
                item,
                new LockToken.OfInstance(
                    item.instanceId(), Math.max(1, item.lockToken().epoch() - 1))));
    item(
        family,
        "claims-the-new-message-only",
        "A claimed batch is the message that was just written.",
        "CLAIM-02: the message is at hand and the others would have to be read",
        item ->
            Change.messages(
                item, item.messages().subList(item.messages().size() - 1, item.messages().size())));
    item(
        family,
        "claims-without-a-name",
        "A claimed item has neither name nor version.",
        "CLAIM-02: the instance row is not joined",
        item -> Change.label(item, null, null));
    item(
        family,
        "claims-the-first-execution",
        "A claimed item belongs to execution 1.",
        "CLAIM-02: a default",
        item -> Change.execution(item, 1));
    item(
        family,
        "claims-at-no-time",
        "A claimed item was fetched in 1970.",
        "CLAIM-02: fetchedAt is not set",
        item -> Change.fetchedAt(item, Instant.EPOCH));
    item(
        family,
        "claims-an-empty-history",
        "A claimed item says that there is no history.",
        "CLAIM-02: the last event id is not loaded",
        item -> Change.history(item, new History(0, List.of(), true)));
    claim(
        family,
        "claims-without-history",
        "No events come with a claimed item.",
        "CLAIM-02: inlineHistory is not passed on",
        eager -> new EagerInstance(eager.lockFor(), 0, null));
    claim(
        family,
        "claims-the-whole-history",
        "All events come with a claimed item.",
        "CLAIM-02: inlineHistory is not passed on",
        eager -> new EagerInstance(eager.lockFor(), MANY, null));
    claim(
        family,
        "claims-instances-for-a-fixed-time",
        "A claimed instance is locked for ten minutes.",
        "CLAIM-02: a setting instead of lockFor",
        eager -> new EagerInstance(LONG, eager.inlineHistory(), null));
    claim(
        family,
        "claims-instances-too-shortly",
        "A claimed instance is locked for half of the time.",
        "CLAIM-02: the lock end is counted from an older moment",
        eager -> new EagerInstance(eager.lockFor().dividedBy(2), eager.inlineHistory(), null));
    family
        .handle(
            "claims-without-a-lock",
            "A claimed instance is not locked.",
            "CLAIM-03: the lock is taken in memory only",
            inner ->
                new Claiming(inner) {
                  @Override
                  OrchestrationItem got(OrchestrationItem item) {
                    inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
                    return item;
                  }
                })
        .store(
            "claimed-batches-grow",
            "The ack of a claimed item removes what came later, too.",
            "CLAIM-02: the batch is not bound to the token of a claim",
            store -> {
              Set<LockToken> claimed = ConcurrentHashMap.newKeySet();
              return inner -> new GrowingBatches(inner, claimed);
            })
        .store(
            "claims-in-a-second-commit",
            "The work is made ready first and claimed then.",
            "CLAIM-03: a fetch behind the ack",
            store -> {
              AtomicInteger fetches = new AtomicInteger();
              return inner -> new SecondCommit(inner, fetches);
            })
        .fixture(
            "claims-cost-a-round-trip",
            "A claim is a call of its own, in a commit of its own.",
            "CLAIM-08: a fetch behind the ack",
            () ->
                new CountedFixture((right, commits) ->
                    new Claiming(right) {
                      @Override
                      EagerInstance asked(EagerInstance eager) {
                        commits.incrementAndGet();
                        return eager;
                      }
                    }));
  }

  private static final class GrowingBatches extends Claiming {
    private final Set<LockToken> claimed;

    GrowingBatches(Provider inner, Set<LockToken> claimed) {
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
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Applied && claimed.remove(ack.lockToken())) {
        take(ack.lockToken().instanceId(), LONG)
            .ifPresent(more ->
                inner.ackOrchestrationItem(
                    OrchestrationAck.builder(more.lockToken(), more.executionId()).build()));
      }
      return result;
    }
  }

  /** Between its two commits it gives fetchers on other threads the time to be faster. */
  private static final class SecondCommit extends Claiming {
    private static final int FETCHES = 6;
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(20);

    private final AtomicInteger fetches;

    SecondCommit(Provider inner, AtomicInteger fetches) {
      super(inner);
      this.fetches = fetches;
    }

    @Override
    @Nullable EagerInstance asked(EagerInstance eager) {
      return null;
    }

    @Override
    AckResult answer(ActivityAck ack, AckResult result) {
      EagerInstance eager = Objects.requireNonNull(ack.eager());
      if (!(result instanceof AckResult.Applied) || ack.completion() == null) {
        return result;
      }
      letOthersFetch();
      return new AckResult.Applied(
          List.of(), take(ack.lockToken().instanceId(), eager.lockFor()).orElse(null));
    }

    @Override
    Optional<OrchestrationItem> answer(
        OrchestratorMessage message, EagerInstance eager, Optional<OrchestrationItem> item) {
      letOthersFetch();
      return take(message.instanceId(), eager.lockFor());
    }

    private void letOthersFetch() {
      int enough = fetches.get() + FETCHES;
      long end = System.nanoTime() + PATIENCE;
      while (fetches.get() < enough && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      fetches.incrementAndGet();
      return super.fetchOrchestrationItems(request);
    }
  }

  private static void activities(Family family) {
    family
        .handle(
            "claims-any-activity",
            "An ack claims what is first in the worker queue.",
            "CLAIM-04: the claim is a fetch",
            inner ->
                new Claiming(inner) {
                  @Override
                  @Nullable EagerActivities asked(EagerActivities eager) {
                    return null;
                  }

                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    EagerActivities eager = Objects.requireNonNull(ack.eager());
                    return inner.fetchActivityItems(ActivityFetch.of(eager.max(), eager.lockFor()));
                  }
                })
        .handle(
            "claims-as-many-as-there-are",
            "An ack claims all of its activities.",
            "CLAIM-04: max is not looked at",
            inner ->
                new Claiming(inner) {
                  @Override
                  EagerActivities asked(EagerActivities eager) {
                    return new EagerActivities(MANY, eager.lockFor(), eager.tagFilter(), null);
                  }
                })
        .handle(
            "locks-as-many-as-there-are",
            "An ack locks all of its activities and answers as many as were asked for.",
            "CLAIM-04: LIMIT on the answer and not on the update",
            inner ->
                new Claiming(inner) {
                  @Override
                  EagerActivities asked(EagerActivities eager) {
                    return new EagerActivities(MANY, eager.lockFor(), eager.tagFilter(), null);
                  }

                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    int max = Objects.requireNonNull(ack.eager()).max();
                    return items.subList(0, Math.min(max, items.size()));
                  }
                })
        .handle(
            "claims-one-activity",
            "An ack claims its first activity only.",
            "CLAIM-04: the answer has room for one",
            inner ->
                new Claiming(inner) {
                  @Override
                  EagerActivities asked(EagerActivities eager) {
                    return new EagerActivities(1, eager.lockFor(), eager.tagFilter(), null);
                  }
                })
        .handle(
            "claims-in-reverse-order",
            "Claimed activities come in reverse order.",
            "CLAIM-04: an UPDATE ... RETURNING has no order",
            inner ->
                new Claiming(inner) {
                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    List<ActivityItem> reversed = new ArrayList<>(items);
                    Collections.reverse(reversed);
                    return reversed;
                  }
                })
        .handle(
            "claims-cancelled-activities",
            "An ack claims also what it cancels.",
            "CLAIM-04: the claim stands before the cancellations",
            inner ->
                new Claiming(inner) {
                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    List<ActivityItem> more = new ArrayList<>(items);
                    for (ActivityTask task : ack.activities()) {
                      if (ack.cancelledActivities().contains(task.identity())) {
                        more.add(
                            new ActivityItem(
                                task, 1, new LockToken.OfActivity(task.identity(), 1)));
                      }
                    }
                    return more;
                  }
                })
        .handle(
            "claims-activities-without-a-lock",
            "A claimed activity is not locked.",
            "CLAIM-03: the lock is taken in memory only",
            inner ->
                new Claiming(inner) {
                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    items.forEach(
                        item -> inner.abandon(item.lockToken(), AbandonOptions.now().uncounted()));
                    return items;
                  }
                })
        .handle(
            "claims-do-not-read-the-filter",
            "A claim gets the activities that its ack scheduled, whatever its tag filter.",
            "CLAIM-04: a filter that is not declared is not looked at",
            inner ->
                new Claiming(inner) {
                  @Override
                  EagerActivities asked(EagerActivities eager) {
                    return new EagerActivities(
                        eager.max(), eager.lockFor(), TagFilter.any(), eager.session());
                  }
                })
        .handle(
            "claims-activities-for-a-fixed-time",
            "A claimed activity is locked for ten minutes.",
            "CLAIM-02: a setting instead of lockFor",
            inner ->
                new Claiming(inner) {
                  @Override
                  EagerActivities asked(EagerActivities eager) {
                    return new EagerActivities(eager.max(), LONG, eager.tagFilter(), null);
                  }
                })
        .handle(
            "counts-claimed-activities-twice",
            "A claimed activity has delivery count 2.",
            "CLAIM-02: inserted with 1, and raised",
            inner ->
                new Claiming(inner) {
                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    return items.stream().map(item -> Change.attempts(item, 2)).toList();
                  }
                });
  }
}
