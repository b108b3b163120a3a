// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.LeaseAnswer.Held;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Leases with two holders, none, or the wrong one. */
final class LeaseMutants {

  /** Long enough for other threads to come between. */
  private static final Duration MOMENT = Duration.ofNanos(200_000);

  private LeaseMutants() {}

  static List<Mutant> all() {
    Family family = new Family("LEASE");
    family.handle(
        "leases-are-declared-and-not-found",
        "Leases are declared and not found.",
        "LEASE-01: the lookup does not know them",
        inner -> new Offering(inner, null));
    acquisitions(family);
    holders(family);
    lists(family);
    family.handle(
        "a-lease-locks-the-instance",
        "An instance with the name of a live lease is not delivered.",
        "LEASE-11: one table for locks and leases",
        Locking::new);
    return family.mutants();
  }

  private static void acquisitions(Family family) {
    lent(
        family,
        "the-label-is-the-holder",
        "A live lease is acquired again under the label of its holder.",
        "LEASE-02: the same worker gets its lease back",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
                LeaseAnswer answer = super.acquire(name, holder, leaseFor);
                return answer instanceof Held(LeaseInfo lease) && lease.holder().equals(holder)
                    ? new Acquired(notes.last(new LeaseToken(name, 1)), lease)
                    : answer;
              }
            });
    lent(
        family,
        "reads-then-writes",
        "A caller that has read that a name is free writes that it has it.",
        "LEASE-03: SELECT, then INSERT",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
                boolean free = notes.lease(inner, name).filter(notes::isLive).isEmpty();
                LockSupport.parkNanos(MOMENT.toNanos());
                LeaseAnswer answer = super.acquire(name, holder, leaseFor);
                return free && answer instanceof Held(LeaseInfo lease)
                    ? new Acquired(notes.last(new LeaseToken(name, 1)), lease)
                    : answer;
              }
            });
    lent(
        family,
        "tokens-begin-again",
        "Once nothing is left of a lease, its tokens are counted from 1.",
        "LEASE-04: epoch + 1 of the row",
        Recounting::new);
    lent(
        family,
        "ended-until-tidied-up",
        "An ended lease is refused until a clean-up has removed it.",
        "LEASE-05: the end is looked at by a job",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
                Optional<LeaseInfo> left = notes.lease(inner, name);
                return left.isPresent() && leaseFor.isPositive()
                    ? new Held(left.get())
                    : super.acquire(name, holder, leaseFor);
              }
            });
    lent(
        family,
        "whole-milliseconds",
        "A lease lasts whole milliseconds.",
        "LEASE-05: toMillis",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
                return super.acquire(
                    name,
                    holder,
                    leaseFor.toMillis() > 0 ? Duration.ofMillis(leaseFor.toMillis()) : leaseFor);
              }
            });
    wrongClock(
        family,
        "a-callers-clock-ends-leases",
        "A caller takes every lease that has ended by its own clock.",
        "LEASE-10: now() of the JVM in the condition",
        LeaseMutants::endingByItsClock);
  }

  private static void holders(Family family) {
    lent(
        family,
        "a-renewal-revives",
        "A lease that has ended is renewed as long as nobody took over.",
        "LEASE-06: the end is no part of the condition",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public LeaseInfo renew(LeaseToken token, Duration extendFor) {
                try {
                  return inner.renew(token, extendFor);
                } catch (LockLost lost) {
                  Optional<LeaseInfo> ended = inner.lease(token.name());
                  if (ended.isEmpty() || !notes.last(token).equals(token)) {
                    throw lost;
                  }
                  return super.acquire(token.name(), ended.get().holder(), extendFor).lease();
                }
              }
            });
    lent(
        family,
        "extensions-add-up",
        "A renewal adds to the end.",
        "LEASE-06: until + extendFor",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public LeaseInfo renew(LeaseToken token, Duration extendFor) {
                Duration left =
                    inner
                        .lease(token.name())
                        .filter(notes::isLive)
                        .map(lease -> Duration.between(notes.now(), lease.until()))
                        .orElse(Duration.ZERO);
                return inner.renew(
                    token, extendFor.isPositive() ? left.plus(extendFor) : extendFor);
              }
            });
    lent(
        family,
        "the-name-renews",
        "Who knows the name renews the lease.",
        "LEASE-07: WHERE name = ?",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public LeaseInfo renew(LeaseToken token, Duration extendFor) {
                return inner.renew(notes.last(token), extendFor);
              }
            });
    lent(
        family,
        "the-name-releases",
        "Who knows the name releases the lease.",
        "LEASE-08: WHERE name = ?",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public boolean release(LeaseToken token) {
                return inner.release(notes.last(token));
              }
            });
    lent(
        family,
        "a-release-is-a-wish",
        "A released lease stays until its end.",
        "LEASE-08: a release only marks the row",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public boolean release(LeaseToken token) {
                return inner.lease(token.name()).filter(notes::isLive).isPresent()
                    && notes.last(token).equals(token);
              }
            });
    lent(
        family,
        "both-win-at-the-end",
        "A renewal at the end is told that it has kept a lease that another caller may take.",
        "LEASE-09: the renewal looks before it locks",
        (inner, notes) ->
            new Lent(inner, notes) {
              private final Map<LeaseToken, LeaseInfo> own = new HashMap<>();

              @Override
              public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
                LeaseAnswer answer = super.acquire(name, holder, leaseFor);
                if (answer instanceof Acquired acquired) {
                  synchronized (own) {
                    own.put(acquired.token(), acquired.lease());
                  }
                }
                return answer;
              }

              @Override
              public LeaseInfo renew(LeaseToken token, Duration extendFor) {
                try {
                  return inner.renew(token, extendFor);
                } catch (LockLost lost) {
                  synchronized (own) {
                    LeaseInfo lease = own.get(token);
                    if (lease == null || notes.now().isAfter(lease.until())) {
                      throw lost;
                    }
                    return lease;
                  }
                }
              }
            });
  }

  private static void lists(Family family) {
    lent(
        family,
        "lists-by-name",
        "Ended leases are sorted by name.",
        "LEASE-12: ORDER BY name",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public LeasePage expired(int limit, @Nullable String pageToken) {
                LeasePage right = inner.expired(limit, pageToken);
                return new LeasePage(
                    right.rows().stream().sorted(Comparator.comparing(LeaseInfo::name)).toList(),
                    right.nextPageToken());
              }
            });
    lent(
        family,
        "a-page-for-ever",
        "The last page has a token too.",
        "LEASE-12: a full page has another behind it",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public LeasePage expired(int limit, @Nullable String pageToken) {
                LeasePage right = inner.expired(limit, pageToken);
                return right.rows().size() == limit
                    ? new LeasePage(
                        right.rows(),
                        right.nextPageToken() == null ? "more" : right.nextPageToken())
                    : right;
              }
            });
    lent(
        family,
        "the-bound-is-tidied-up-too",
        "A lease that ended at the bound is removed.",
        "LEASE-13: <= in place of <",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public int cleanUp(Instant endedBefore, int limit) {
                return inner.cleanUp(
                    endedBefore.isBefore(Instant.parse("9999-01-01T00:00:00Z"))
                        ? endedBefore.plus(1, ChronoUnit.MICROS)
                        : endedBefore,
                    limit);
              }
            });
    lent(
        family,
        "tidies-up-the-living",
        "A moment in the future removes live leases.",
        "LEASE-13: the store's now is no part of the condition",
        (inner, notes) ->
            new Lent(inner, notes) {
              @Override
              public int cleanUp(Instant endedBefore, int limit) {
                int removed = inner.cleanUp(endedBefore, limit);
                for (LeaseToken token : notes.all()) {
                  boolean goes =
                      inner
                          .lease(token.name())
                          .filter(lease -> lease.until().isBefore(endedBefore))
                          .isPresent();
                  if (removed < limit && goes && inner.release(token)) {
                    removed++;
                  }
                }
                return removed;
              }
            });
  }

  private static void lent(
      Family family,
      String name,
      String what,
      String origin,
      BiFunction<Leases, Lent.Notes, Leases> broken) {
    family.store(
        name,
        what,
        origin,
        store -> {
          Lent.Notes notes = new Lent.Notes(store);
          return inner ->
              new Offering(
                  inner, broken.apply(inner.capability(Leases.class).orElseThrow(), notes));
        });
  }

  /** Makes leases for a handle whose clock is ahead. */
  @FunctionalInterface
  private interface WrongClock {
    Leases of(Leases inner, Lent.Notes notes, Duration ahead);
  }

  private static void wrongClock(
      Family family, String name, String what, String origin, WrongClock broken) {
    family.fixture(
        name,
        what,
        origin,
        () ->
            new ChangedFixture(new ReferenceFixture()) {
              @Override
              public TestStore freshStore(String purpose) {
                TestStore store = super.freshStore(purpose);
                Lent.Notes notes = new Lent.Notes(store);
                return new ChangedStore(store) {
                  @Override
                  protected Provider handle(Provider right) {
                    return offering(right, Duration.ZERO);
                  }

                  @Override
                  public Optional<Provider> openWithClientClock(Duration ahead) {
                    return Optional.of(offering(store.open(), ahead));
                  }

                  private Provider offering(Provider right, Duration ahead) {
                    Leases leases = right.capability(Leases.class).orElseThrow();
                    return new Offering(right, broken.of(leases, notes, ahead));
                  }
                };
              }
            });
  }

  private static Leases endingByItsClock(Leases inner, Lent.Notes notes, Duration ahead) {
    return new Lent(inner, notes) {
      @Override
      public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
        LeaseAnswer answer = super.acquire(name, holder, leaseFor);
        if (answer instanceof Held(LeaseInfo lease)
            && !notes.now().plus(ahead).isBefore(lease.until())
            && inner.release(notes.last(new LeaseToken(name, 1)))) {
          return super.acquire(name, holder, leaseFor);
        }
        return answer;
      }
    };
  }

  /** Offers other leases, or none. */
  private static class Offering extends Forwarding {
    private final @Nullable Leases leases;

    Offering(Provider inner, @Nullable Leases leases) {
      super(inner);
      this.leases = leases;
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return type == Leases.class ? Optional.ofNullable(type.cast(leases)) : super.capability(type);
    }
  }

  /** Leaves out instances whose id is the name of a live lease. */
  private static final class Locking extends Forwarding {
    Locking(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      Leases leases = inner.capability(Leases.class).orElseThrow();
      return inner.fetchOrchestrationItems(request).stream()
          .filter(item -> leases.lease(item.instanceId()).isEmpty())
          .toList();
    }
  }

  /** Counts the tokens of a name from 1 when there is nothing left of it. */
  private static final class Recounting extends Lent {
    Recounting(Leases inner, Notes notes) {
      super(inner, notes);
    }

    private LeaseToken right(LeaseToken token) {
      return notes.right().getOrDefault(token, token);
    }

    @Override
    public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
      LeaseAnswer answer = inner.acquire(name, holder, leaseFor);
      if (!(answer instanceof Acquired acquired)) {
        return answer;
      }
      long number = 1;
      while (notes.right().containsKey(new LeaseToken(name, number))) {
        number++;
      }
      LeaseToken shown = new LeaseToken(name, number);
      notes.right().put(shown, acquired.token());
      return new Acquired(shown, acquired.lease());
    }

    @Override
    public LeaseInfo renew(LeaseToken token, Duration extendFor) {
      return inner.renew(right(token), extendFor);
    }

    @Override
    public boolean release(LeaseToken token) {
      boolean released = inner.release(right(token));
      if (released) {
        notes.right().keySet().removeIf(one -> one.name().equals(token.name()));
      }
      return released;
    }
  }
}
