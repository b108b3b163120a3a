// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityClaim;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.History;
import dev.holdfast.provider.InstanceClaim;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.support.ListForms;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
    conditions(family);
    repeats(family);
    lists(family);
    others(family);
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
                  @Nullable InstanceClaim asked(InstanceClaim claim) {
                    return null;
                  }

                  @Override
                  @Nullable ActivityClaim asked(ActivityClaim claim) {
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
      Family family, String name, String what, String origin, UnaryOperator<InstanceClaim> op) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Claiming(inner) {
              @Override
              InstanceClaim asked(InstanceClaim claim) {
                return op.apply(claim);
              }
            });
  }

  private static void items(Family family) {
    item(
        family,
        "claims-count-from-one",
        "A claimed item has attempt count 1, whatever was before.",
        "CLAIM-02: attempt_count is a constant in the claim's answer",
        item -> Change.attempts(item, 1));
    item(
        family,
        "claims-count-twice",
        "A claimed item has one attempt too many.",
        "CLAIM-02: the count is raised by the write and by the lock",
        item -> Change.attempts(item, item.attemptCount() + 1));
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
        claim -> new InstanceClaim(claim.lockFor(), 0, null));
    claim(
        family,
        "claims-the-whole-history",
        "All events come with a claimed item.",
        "CLAIM-02: inlineHistory is not passed on",
        claim -> new InstanceClaim(claim.lockFor(), MANY, null));
    claim(
        family,
        "claims-instances-for-a-fixed-time",
        "A claimed instance is locked for ten minutes.",
        "CLAIM-02: a setting instead of lockFor",
        claim -> new InstanceClaim(LONG, claim.inlineHistory(), null));
    claim(
        family,
        "claims-instances-too-shortly",
        "A claimed instance is locked for half of the time.",
        "CLAIM-02: the lock end is counted from an older moment",
        claim -> new InstanceClaim(claim.lockFor().dividedBy(2), claim.inlineHistory(), null));
    family
        .handle(
            "claims-without-a-lock",
            "A claimed instance is not locked.",
            "CLAIM-03: the lock is taken in memory only",
            inner ->
                new Claiming(inner) {
                  @Override
                  OrchestrationItem got(OrchestrationItem item) {
                    inner.abandonOrchestrationItem(item.lockToken(), Abandonment.now().uncounted());
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
            CountedFixture::new);
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
    @Nullable InstanceClaim asked(InstanceClaim claim) {
      return null;
    }

    @Override
    AckResult answer(ActivityAck ack, AckResult result) {
      InstanceClaim claim = Objects.requireNonNull(ack.claim());
      if (!(result instanceof AckResult.Applied) || ack.completion() == null) {
        return result;
      }
      letOthersFetch();
      return new AckResult.Applied(
          List.of(), take(ack.lockToken().instanceId(), claim.lockFor()).orElse(null));
    }

    @Override
    Optional<OrchestrationItem> answer(
        OrchestratorMessage message, InstanceClaim claim, Optional<OrchestrationItem> item) {
      letOthersFetch();
      return take(message.instanceId(), claim.lockFor());
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

  /** Counts a commit per call, and one more per claim. */
  private static final class CountedFixture extends ChangedFixture {

    CountedFixture() {
      super(new ReferenceFixture());
    }

    @Override
    public TestStore freshStore(String purpose) {
      AtomicLong calls = new AtomicLong();
      return new ChangedStore(super.freshStore(purpose)) {
        @Override
        public Optional<StatementCounter> statements() {
          return Optional.of(
              new StatementCounter() {
                @Override
                public Traffic soFar() {
                  long n = calls.get();
                  return new Traffic(n, n, n, n);
                }

                @Override
                public boolean overNetwork() {
                  return true;
                }
              });
        }

        @Override
        protected Provider handle(Provider right) {
          return new Claiming(right) {
            @Override
            InstanceClaim asked(InstanceClaim claim) {
              calls.incrementAndGet();
              return claim;
            }
          };
        }
      };
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
                  @Nullable ActivityClaim asked(ActivityClaim claim) {
                    return null;
                  }

                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    ActivityClaim claim = Objects.requireNonNull(ack.claim());
                    return inner.fetchActivityItems(ActivityFetch.of(claim.max(), claim.lockFor()));
                  }
                })
        .handle(
            "claims-as-many-as-there-are",
            "An ack claims all of its activities.",
            "CLAIM-04: max is not looked at",
            inner ->
                new Claiming(inner) {
                  @Override
                  ActivityClaim asked(ActivityClaim claim) {
                    return new ActivityClaim(MANY, claim.lockFor(), claim.tagFilter(), null);
                  }
                })
        .handle(
            "locks-as-many-as-there-are",
            "An ack locks all of its activities and answers as many as were asked for.",
            "CLAIM-04: LIMIT on the answer and not on the update",
            inner ->
                new Claiming(inner) {
                  @Override
                  ActivityClaim asked(ActivityClaim claim) {
                    return new ActivityClaim(MANY, claim.lockFor(), claim.tagFilter(), null);
                  }

                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    int max = Objects.requireNonNull(ack.claim()).max();
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
                  ActivityClaim asked(ActivityClaim claim) {
                    return new ActivityClaim(1, claim.lockFor(), claim.tagFilter(), null);
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
                    items.forEach(item ->
                        inner.abandonActivityItem(item.lockToken(), Abandonment.now().uncounted()));
                    return items;
                  }
                })
        .handle(
            "claims-activities-for-a-fixed-time",
            "A claimed activity is locked for ten minutes.",
            "CLAIM-02: a setting instead of lockFor",
            inner ->
                new Claiming(inner) {
                  @Override
                  ActivityClaim asked(ActivityClaim claim) {
                    return new ActivityClaim(claim.max(), LONG, claim.tagFilter(), null);
                  }
                })
        .handle(
            "counts-claimed-activities-twice",
            "A claimed activity has attempt count 2.",
            "CLAIM-02: inserted with 1, and raised",
            inner ->
                new Claiming(inner) {
                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    return items.stream().map(item -> Change.attempts(item, 2)).toList();
                  }
                });
  }

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

  private static void conditions(Family family) {
    family
        .handle(
            "claims-the-oldest-instance",
            "An enqueue claims the instance that is ready longest.",
            "CLAIM-05: the claim is a fetch with max 1",
            inner ->
                new Claiming(inner) {
                  @Override
                  @Nullable InstanceClaim asked(InstanceClaim claim) {
                    return null;
                  }

                  @Override
                  Optional<OrchestrationItem> answer(
                      OrchestratorMessage message,
                      InstanceClaim claim,
                      Optional<OrchestrationItem> item) {
                    return inner
                        .fetchOrchestrationItems(OrchestrationFetch.of(1, claim.lockFor()))
                        .stream()
                        .findFirst();
                  }
                })
        .handle(
            "claims-known-instances-only",
            "A new instance is not claimed by its start.",
            "CLAIM-05: an inner join with the instance row",
            inner ->
                new Claiming(inner) {
                  @Override
                  public Optional<OrchestrationItem> enqueue(
                      OrchestratorMessage message, InstanceClaim claim) {
                    if (inner.latestExecutionId(message.instanceId()).isPresent()) {
                      return super.enqueue(message, claim);
                    }
                    inner.enqueue(message);
                    return Optional.empty();
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
                      InstanceClaim claim,
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
                      InstanceClaim claim,
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
                      InstanceClaim claim,
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
                            && applied.claimed().isEmpty()
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
    public Optional<OrchestrationItem> enqueue(OrchestratorMessage message, InstanceClaim claim) {
      LockToken token = held.remove(message.instanceId());
      if (token != null) {
        try {
          inner.abandonOrchestrationItem(token, Abandonment.now());
        } catch (LockLost gone) {
          return super.enqueue(message, claim);
        }
      }
      return super.enqueue(message, claim);
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
    public void abandonOrchestrationItem(LockToken token, Abandonment how) {
      held.remove(token.instanceId());
      super.abandonOrchestrationItem(token, how);
    }

    @Override
    public Optional<OrchestrationItem> enqueue(OrchestratorMessage message, InstanceClaim claim) {
      if (!held.contains(message.instanceId())) {
        return super.enqueue(message, claim);
      }
      inner.enqueue(message);
      return Optional.empty();
    }
  }

  private static final class InSpiteOfDelay extends Claiming {
    private final Set<String> delayed;

    InSpiteOfDelay(Provider inner, Set<String> delayed) {
      super(inner);
      this.delayed = delayed;
    }

    @Override
    public void abandonOrchestrationItem(LockToken token, Abandonment how) {
      super.abandonOrchestrationItem(token, how);
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
                          .forEach(item ->
                              inner.abandonActivityItem(item.lockToken(), Abandonment.now()));
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
                      InstanceClaim claim,
                      Optional<OrchestrationItem> item) {
                    return item.isEmpty() && message.messageId() != null
                        ? take(message.instanceId(), claim.lockFor())
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
                  public Optional<OrchestrationItem> enqueue(
                      OrchestratorMessage message, InstanceClaim claim) {
                    Optional<OrchestrationItem> early = take(message.instanceId(), claim.lockFor());
                    Optional<OrchestrationItem> item = super.enqueue(message, claim);
                    early.ifPresent(locked ->
                        inner.abandonOrchestrationItem(
                            locked.lockToken(), Abandonment.now().uncounted()));
                    return early.isPresent() ? take(message.instanceId(), claim.lockFor()) : item;
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
                    InstanceClaim first =
                        acks.stream()
                            .map(ActivityAck::claim)
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
                    ActivityClaim first =
                        acks.stream()
                            .map(OrchestrationAck::claim)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(null);
                    return inner.ackOrchestrationItems(
                        acks.stream().map(ack -> Change.of(ack).claim(first).build()).toList());
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
                      ActivityClaim claim = ack.claim();
                      left = claim == null ? left : Math.min(left, claim.max());
                      AckResult result =
                          inner.ackOrchestrationItem(
                              left > 0 ? ack : Change.of(ack).claim(null).build());
                      if (result instanceof AckResult.Applied applied) {
                        left -= applied.claimedActivities().size();
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
                      boolean last = ack.claim() != null && later.add(ack.lockToken().instanceId());
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
          applied.claimed().ifPresent(item -> claimed.put(item.instanceId(), item));
        }
      }
      for (int i = 0; i < acks.size(); i++) {
        ActivityAck ack = acks.get(i);
        OrchestrationItem item = claimed.get(ack.lockToken().instanceId());
        if (ack.claim() != null && item != null && results.get(i) instanceof AckResult.Applied) {
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
                            inner.abandonOrchestrationItem(
                                item.lockToken(), Abandonment.now().uncounted()));
                    return result;
                  }
                })
        .handle(
            "claims-count-others",
            "A claim of activities counts an attempt of all that wait.",
            "CLAIM-09: an update without the identity",
            inner ->
                new Claiming(inner) {
                  @Override
                  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
                    inner
                        .fetchActivityItems(ActivityFetch.of(MANY, LONG))
                        .forEach(
                            item -> inner.abandonActivityItem(item.lockToken(), Abandonment.now()));
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
