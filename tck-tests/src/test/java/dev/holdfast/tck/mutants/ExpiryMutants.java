// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Locks that end at the wrong time, and stale holders that are believed. */
final class ExpiryMutants {

  private static final Duration TIME_ENOUGH = Duration.ofMinutes(10);

  private ExpiryMutants() {}

  static List<Mutant> all() {
    return new Family("EXPIRY")
        .handle(
            "locks-for-half-the-time",
            "Locks end at half the time that was asked for.",
            "EXPIRY-01: two units mixed up",
            inner -> new Durations(inner, duration -> duration.dividedBy(2)))
        .handle(
            "locks-for-too-long",
            "Locks, extensions and delays take half as long again.",
            "EXPIRY-01: a margin for slow networks",
            inner -> new Durations(inner, duration -> duration.plus(duration.dividedBy(2))))
        .handle(
            "rounds-up-to-seconds",
            "Durations are rounded up to whole seconds.",
            "EXPIRY-16: seconds in an integer column",
            inner ->
                new Durations(
                    inner,
                    duration -> Duration.ofSeconds(duration.plusNanos(999_999_999).toSeconds())))
        .handle(
            "cuts-to-milliseconds",
            "Durations lose what is finer than milliseconds.",
            "EXPIRY-16: toMillis",
            inner ->
                new Durations(
                    inner,
                    duration ->
                        duration.isZero()
                            ? duration
                            : Duration.ofMillis(Math.max(1, duration.toMillis()))))
        .store(
            "acks-after-the-lock-end",
            "An expired token acks as long as nobody took over.",
            "duroxide: the ack looks at the token and not at the lock end",
            tracking(AcksAfterTheLockEnd::new))
        .handle(
            "renewal-never-fails",
            "Renewing answers well whatever became of the lock.",
            "the update count of the renewal is not read",
            RenewalNeverFails::new)
        .handle(
            "lost-renewals-throw",
            "A renewal throws when a lock is lost.",
            "EXPIRY-03: the update count of the renewal is treated like that of an ack",
            LostRenewalsThrow::new)
        .handle(
            "renews-one-kind-per-call",
            "A call renews the tokens that are of the same kind as the first one.",
            "EXPIRY-05: one statement for all tokens, chosen by the first",
            RenewsOneKind::new)
        .store(
            "renewal-revives",
            "Renewing an expired lock takes it again.",
            "EXPIRY-03: UPDATE ... WHERE token = ? without the lock end",
            store -> renewalRevives(new Held(store)))
        .store(
            "stale-abandon-releases-the-new-holder",
            "An abandon with an old token releases whoever holds the lock now.",
            "EXPIRY-04: the abandon finds the row by instance",
            tracking(StaleAbandonReleases::new))
        .store(
            "stale-renewal-prolongs-the-new-holder",
            "A renewal with an old token prolongs whoever holds the lock now.",
            "EXPIRY-04: the renewal finds the row by instance",
            tracking(StaleRenewalProlongs::new))
        .store(
            "renewal-shortens",
            "A renewal sets the lock end to now plus the extension, be it earlier.",
            "EXPIRY-05: SET locked_until = now + ?",
            tracking(RenewalShortens::new))
        .store(
            "renewal-adds-to-the-end",
            "A renewal adds the extension to the end of the lock.",
            "EXPIRY-05: SET locked_until = locked_until + ?",
            tracking(RenewalAddsToTheEnd::new))
        .handle(
            "renewal-counts-only-once",
            "Only the first renewal of a lock has an effect.",
            "EXPIRY-06: a maximum age of locks",
            RenewalCountsOnce::new)
        .handle(
            "extension-of-zero",
            "A renewal by nothing or less is accepted and does nothing.",
            "EXPIRY-09: the argument is not checked",
            ExtensionOfZero::new)
        .store(
            "no-abandon-after-the-lock-end",
            "Abandon is refused once the lock has ended, although nobody took over.",
            "EXPIRY-10: one check for all calls with a token",
            tracking(NoAbandonAfterTheLockEnd::new))
        .handle(
            "abandon-ignores-the-delay",
            "Abandoned work comes back at once.",
            "EXPIRY-12: the delay is not passed on",
            inner -> new Delays(inner, delay -> Duration.ZERO))
        .store(
            "new-message-ends-the-delay",
            "A new message makes an instance deliverable that is kept back by a delay.",
            "EXPIRY-12: the delay is written to visibleAt of the messages",
            tracking(NewMessageEndsTheDelay::new))
        .store(
            "delay-holds-all-activities",
            "While one abandoned activity is kept back, none is delivered.",
            "EXPIRY-12: the queue stops at its head",
            store -> delayHoldsAllActivities(new Held(store)))
        .handle(
            "abandon-twice",
            "A second abandon with the same token is accepted.",
            "EXPIRY-13: the update count of the abandon is not read",
            AbandonTwice::new)
        .store(
            "abandon-forgets-timers",
            "Abandon makes all messages of the instance visible.",
            "duroxide: abandon sets visible_at of every message to now",
            store -> abandonForgetsTimers())
        .mutants();
  }

  private static Function<TestStore, UnaryOperator<Provider>> tracking(
      BiFunction<Provider, Held, Provider> mutant) {
    return store -> {
      Held held = new Held(store);
      return inner -> mutant.apply(inner, held);
    };
  }

  private static final class Durations extends Altering {
    private final UnaryOperator<Duration> change;

    Durations(Provider inner, UnaryOperator<Duration> change) {
      super(inner);
      this.change = change;
    }

    @Override
    Duration duration(Duration duration) {
      return change.apply(duration);
    }
  }

  private static final class Delays extends Forwarding {
    private final UnaryOperator<Duration> change;

    Delays(Provider inner, UnaryOperator<Duration> change) {
      super(inner);
      this.change = change;
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(
          token, new AbandonOptions(change.apply(how.delay()), how.countDelivery()));
    }

    @Override
    protected void abandonActivity(LockToken token, AbandonOptions how) {
      super.abandonActivity(
          token, new AbandonOptions(change.apply(how.delay()), how.countDelivery()));
    }
  }

  private static final class AcksAfterTheLockEnd extends Tracking {
    AcksAfterTheLockEnd(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      LockToken token = ack.lockToken();
      boolean mine = held.last(token).equals(token) && held.isExpired(token);
      if (result instanceof AckResult.Rejected && mine) {
        Optional<LockToken> again = takeAgain(token, TIME_ENOUGH);
        if (again.isPresent()) {
          return super.ackOrchestrationItem(Change.of(ack, again.get()).build());
        }
      }
      return result;
    }
  }

  private static final class RenewalNeverFails extends Forwarding {
    RenewalNeverFails(Provider inner) {
      super(inner);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      super.renewInstance(token, extendFor);
      return true;
    }

    @Override
    protected boolean renewActivity(LockToken token, Duration extendFor) {
      super.renewActivity(token, extendFor);
      return true;
    }
  }

  private static final class LostRenewalsThrow extends Forwarding {
    LostRenewalsThrow(Provider inner) {
      super(inner);
    }

    @Override
    public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
      Set<LockToken> live = super.renew(tokens, extendFor);
      for (LockToken token : tokens) {
        if (!live.contains(token)) {
          throw new LockLost("renew", token, "no row was updated");
        }
      }
      return live;
    }
  }

  private static final class RenewsOneKind extends Forwarding {
    RenewsOneKind(Provider inner) {
      super(inner);
    }

    @Override
    public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
      Class<?> first = tokens.isEmpty() ? LockToken.class : tokens.iterator().next().getClass();
      return super.renew(tokens.stream().filter(first::isInstance).toList(), extendFor);
    }
  }

  private static UnaryOperator<Provider> renewalRevives(Held held) {
    Map<LockToken, LockToken> revived = new ConcurrentHashMap<>();
    return inner ->
        new Tracking(inner, held) {
          @Override
          protected boolean renewInstance(LockToken token, Duration extendFor) {
            if (held.last(token).equals(token) && held.isExpired(token)) {
              Optional<LockToken> taken = takeAgain(token, extendFor);
              taken.ifPresent(again -> revived.put(token, again));
              return taken.isPresent();
            }
            return super.renewInstance(token, extendFor);
          }

          @Override
          public AckResult ackOrchestrationItem(OrchestrationAck ack) {
            LockToken token = revived.getOrDefault(ack.lockToken(), ack.lockToken());
            return super.ackOrchestrationItem(Change.of(ack, token).build());
          }
        };
  }

  private static final class StaleAbandonReleases extends Tracking {
    StaleAbandonReleases(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(held.last(token), how);
    }
  }

  private static final class StaleRenewalProlongs extends Tracking {
    StaleRenewalProlongs(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      return super.renewInstance(held.last(token), extendFor);
    }

    @Override
    protected boolean renewActivity(LockToken token, Duration extendFor) {
      return super.renewActivity(held.last(token), extendFor);
    }
  }

  private static final class RenewalShortens extends Tracking {
    RenewalShortens(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      boolean renewed = super.renewInstance(token, extendFor);
      if (renewed) {
        held.until(token, held.now().plus(extendFor));
      }
      return renewed;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      held.ends().keySet().stream()
          .filter(token -> token instanceof LockToken.OfInstance && held.isExpired(token))
          .forEach(this::release);
      return super.fetchOrchestrationItems(request);
    }
  }

  private static final class RenewalAddsToTheEnd extends Tracking {
    RenewalAddsToTheEnd(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      Instant end = held.end(token);
      Duration left = end.equals(Instant.MAX) ? Duration.ZERO : Duration.between(held.now(), end);
      return super.renewInstance(token, left.isPositive() ? extendFor.plus(left) : extendFor);
    }
  }

  private static final class RenewalCountsOnce extends Forwarding {
    private final Set<LockToken> renewed = ConcurrentHashMap.newKeySet();

    RenewalCountsOnce(Provider inner) {
      super(inner);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      return super.renewInstance(token, renewed.add(token) ? extendFor : Duration.ofNanos(1_000));
    }
  }

  private static final class ExtensionOfZero extends Forwarding {
    ExtensionOfZero(Provider inner) {
      super(inner);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      try {
        return super.renewInstance(token, extendFor);
      } catch (InvalidRequest unchecked) {
        return true;
      }
    }
  }

  private static final class NoAbandonAfterTheLockEnd extends Tracking {
    NoAbandonAfterTheLockEnd(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      if (held.isExpired(token)) {
        throw new LockLost("abandon", token, "the lock has ended");
      }
      super.abandonInstance(token, how);
    }
  }

  /** A delay is kept as a lock of nobody, which a new message breaks. */
  private static final class NewMessageEndsTheDelay extends Tracking {
    private final Map<String, LockToken> delayed = new ConcurrentHashMap<>();

    NewMessageEndsTheDelay(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      if (how.delay().isZero() || held.isExpired(token)) {
        super.abandonInstance(token, how);
        return;
      }
      super.renewInstance(token, how.delay());
      delayed.put(token.instanceId(), token);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      EnqueueResult result = super.enqueue(message);
      LockToken token = delayed.remove(message.instanceId());
      if (token != null) {
        release(token);
      }
      return result;
    }
  }

  private static UnaryOperator<Provider> delayHoldsAllActivities(Held held) {
    Set<Instant> delays = ConcurrentHashMap.newKeySet();
    return inner ->
        new Tracking(inner, held) {
          @Override
          protected void abandonActivity(LockToken token, AbandonOptions how) {
            super.abandonActivity(token, how);
            delays.add(held.now().plus(how.delay()));
          }

          @Override
          public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
            boolean stopped = delays.stream().anyMatch(end -> held.now().isBefore(end));
            return stopped ? List.of() : super.fetchActivityItems(request);
          }
        };
  }

  private static final class AbandonTwice extends Forwarding {
    AbandonTwice(Provider inner) {
      super(inner);
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      try {
        super.abandonInstance(token, how);
      } catch (LockLost nobodyLooks) {
        return;
      }
    }
  }

  /** Timers are kept beside the store, and an abandon lets all of the instance go. */
  private static UnaryOperator<Provider> abandonForgetsTimers() {
    Map<String, List<OrchestratorMessage>> timers = new ConcurrentHashMap<>();
    return inner ->
        new Forwarding(inner) {
          @Override
          public EnqueueResult enqueue(OrchestratorMessage message) {
            boolean later = !message.due().equals(Due.now());
            if (later) {
              timers
                  .computeIfAbsent(message.instanceId(), id -> new CopyOnWriteArrayList<>())
                  .add(message);
            }
            return super.enqueue(message);
          }

          @Override
          protected void abandonInstance(LockToken token, AbandonOptions how) {
            super.abandonInstance(token, how);
            timers
                .getOrDefault(token.instanceId(), List.of())
                .forEach(timer -> super.enqueue(Change.of(timer).due(Due.now()).build()));
          }
        };
  }
}
