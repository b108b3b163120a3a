// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Clocks of callers that decide, and moments that are off by the least. */
final class ClockMutants {

  private static final Duration TICK = ChronoUnit.MICROS.getDuration();

  private ClockMutants() {}

  private static final class CompletedAtOnce extends Asked {
    CompletedAtOnce(InstanceAdmin inner) {
      super(inner);
    }

    @Override
    public ExecutionDetails execution(String instanceId, long executionId) {
      ExecutionDetails right = inner.execution(instanceId, executionId);
      return new ExecutionDetails(
          right.executionId(),
          right.status(),
          right.output(),
          right.startedAt(),
          right.completedAt() == null ? null : right.startedAt(),
          right.pinnedVersion(),
          right.eventCount());
    }
  }

  /** A handle that believes it lives in another time. */
  private interface WrongClock {
    Provider handle(Provider right, Held held, Duration ahead);
  }

  static List<Mutant> all() {
    Family clock =
        new Family("CLOCK")
            .handle(
                "visible-a-tick-late",
                "A message is visible a microsecond after its time.",
                "CLOCK-02: < instead of <=",
                inner -> new Later(inner, TICK, Duration.ZERO))
            .handle(
                "locked-a-tick-long",
                "A lock is live at its end.",
                "CLOCK-02: <= instead of <",
                inner -> new Later(inner, Duration.ZERO, TICK))
            .handle(
                "fetched-at-is-the-wall-clock",
                "An item says when the caller's clock saw it.",
                "CLOCK-03: Instant.now() in the mapper",
                inner -> new FetchedAt(inner, item -> Instant.now()))
            .handle(
                "completed-when-it-began",
                "An execution is completed at the time at which it was started.",
                "CLOCK-05: the wrong column",
                inner -> Asked.of(inner, CompletedAtOnce::new))
            .store(
                "breaks-locks-of-the-future",
                "A lock that ends further ahead than it could is broken.",
                "CLOCK-04: a guard against nonsense that meets a clock that stepped back",
                store -> {
                  Held held = new Held(store);
                  return inner -> new BreaksLocksOfTheFuture(inner, held);
                })
            .store(
                "records-its-own-time",
                "An event gets the time at which it is stored.",
                "CLOCK-06: recorded_at DEFAULT now()",
                store -> inner -> new RecordsItsOwnTime(inner, new Held(store)))
            .handle(
                "sorts-history-by-time",
                "A history is sorted by when its events were recorded.",
                "CLOCK-06: ORDER BY recorded_at",
                SortsByTime::new)
            .store(
                "delays-in-whole-seconds",
                "A delay is rounded up to whole seconds.",
                "CLOCK-08: seconds in an integer column",
                store -> inner -> new DelaysInSeconds(inner));
    wrong(
        clock,
        "a-callers-clock-ends-locks",
        "A caller takes every lock that has ended by its own clock.",
        "CLOCK-01: now() of the JVM in the WHERE of the fetch",
        EndsLocks::new);
    wrong(
        clock,
        "a-callers-clock-makes-due-times",
        "A caller turns a delay into a moment by its own clock.",
        "CLOCK-08: Instant.now().plus(delay) in the client",
        (right, held, ahead) -> new MakesDueTimes(right, held, ahead));
    wrong(
        clock,
        "a-callers-clock-is-in-the-item",
        "An item carries the time of the caller that fetched it.",
        "CLOCK-03: fetchedAt is filled by the JVM's clock",
        (right, held, ahead) -> new FetchedAt(right, item -> item.fetchedAt().plus(ahead)));
    return clock.mutants();
  }

  private static void wrong(
      Family family, String name, String what, String origin, WrongClock mutant) {
    family.fixture(
        name,
        what,
        origin,
        () ->
            new ChangedFixture(new ReferenceFixture()) {
              @Override
              public TestStore freshStore(String purpose) {
                TestStore store = super.freshStore(purpose);
                Held held = new Held(store);
                return new ChangedStore(store) {
                  @Override
                  protected Provider handle(Provider right) {
                    return mutant.handle(right, held, Duration.ZERO);
                  }

                  @Override
                  public Optional<Provider> openWithClientClock(Duration ahead) {
                    return Optional.of(mutant.handle(store.open(), held, ahead));
                  }
                };
              }
            });
  }

  private static final class Later extends Altering {
    private final Duration message;
    private final Duration lock;

    Later(Provider inner, Duration message, Duration lock) {
      super(inner);
      this.message = message;
      this.lock = lock;
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage one) {
      Due due =
          switch (one.due()) {
            case Due.Now now -> now;
            case Due.In(Duration delay) -> Due.in(delay.plus(message));
            case Due.At(Instant instant) -> Due.at(instant.plus(message));
          };
      return Change.of(one).due(due).build();
    }

    @Override
    Duration duration(Duration duration) {
      return duration.plus(lock);
    }
  }

  private static final class FetchedAt extends Altering {
    private final Function<OrchestrationItem, Instant> time;

    FetchedAt(Provider inner, Function<OrchestrationItem, Instant> time) {
      super(inner);
      this.time = time;
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.fetchedAt(item, time.apply(item));
    }
  }

  private static final class BreaksLocksOfTheFuture extends Tracking {
    BreaksLocksOfTheFuture(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      Instant latest = held.now().plus(request.lockFor().multipliedBy(2));
      held.ends()
          .forEach((token, end) -> {
            if (token instanceof LockToken.OfInstance && end.isAfter(latest)) {
              release(token);
            }
          });
      return super.fetchOrchestrationItems(request);
    }
  }

  private static final class RecordsItsOwnTime extends Altering {
    private final Held held;

    RecordsItsOwnTime(Provider inner, Held held) {
      super(inner);
      this.held = held;
    }

    @Override
    HistoryEvent written(HistoryEvent event) {
      return new HistoryEvent(event.eventId(), event.kind(), event.data(), held.now());
    }
  }

  private static final class SortsByTime extends Altering {
    SortsByTime(Provider inner) {
      super(inner);
    }

    @Override
    History read(History history) {
      List<HistoryEvent> events = new ArrayList<>(history.events());
      events.sort(Comparator.comparing(HistoryEvent::recordedAt));
      return new History(history.lastEventId(), events, history.complete());
    }
  }

  private static final class DelaysInSeconds extends Altering {
    DelaysInSeconds(Provider inner) {
      super(inner);
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      return message.due() instanceof Due.In(Duration delay)
          ? Change.of(message)
              .due(Due.in(Duration.ofSeconds(delay.plusNanos(999_999_999).toSeconds())))
              .build()
          : message;
    }
  }

  private static final class EndsLocks extends Tracking {
    private final Duration ahead;

    EndsLocks(Provider inner, Held held, Duration ahead) {
      super(inner, held);
      this.ahead = ahead;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      Instant mine = held.now().plus(ahead);
      held.ends()
          .forEach((token, end) -> {
            if (token instanceof LockToken.OfInstance && !mine.isBefore(end)) {
              release(token);
            }
          });
      return super.fetchOrchestrationItems(request);
    }
  }

  private static final class MakesDueTimes extends Altering {
    private final Held held;
    private final Duration ahead;

    MakesDueTimes(Provider inner, Held held, Duration ahead) {
      super(inner);
      this.held = held;
      this.ahead = ahead;
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      return message.due() instanceof Due.In(Duration delay)
          ? Change.of(message).due(Due.at(held.now().plus(ahead).plus(delay))).build()
          : message;
    }
  }
}
