// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Ends that are told wrongly, late, or at a price. */
final class EndedMutants {

  private EndedMutants() {}

  static List<Mutant> all() {
    Family family = new Family("ENDED");
    answers(family);
    waits(family);
    costs(family);
    family.fixture(
        "an-end-costs-a-statement",
        "Each asked instance is read by a statement of its own.",
        "ENDED-04: a loop over the ids",
        () ->
            new CountedFixture((right, statements) ->
                new Ended(right) {
                  @Override
                  public List<EndedInstance> readEnded(EndedRead request) {
                    statements.addAndGet(request.instanceIds().size());
                    return super.readEnded(request);
                  }
                }));
    return family.mutants();
  }

  private static void answers(Family family) {
    family
        .handle(
            "an-end-comes-without-its-event",
            "The last event is never told.",
            "ENDED-01: only the execution is read",
            inner ->
                new Ended(inner) {
                  @Override
                  List<EndedInstance> told(List<EndedInstance> ended) {
                    return ended.stream().map(one -> with(one, one.executionId(), null)).toList();
                  }
                })
        .handle(
            "an-end-is-that-of-the-first-execution",
            "The execution is always 1.",
            "ENDED-01: any ended execution is taken for the greatest",
            inner ->
                new Ended(inner) {
                  @Override
                  List<EndedInstance> told(List<EndedInstance> ended) {
                    return ended.stream().map(one -> with(one, 1, one.lastEvent())).toList();
                  }
                })
        .handle(
            "an-end-is-told-twice",
            "Each end is told twice.",
            "ENDED-05: the answer has a row per question",
            inner ->
                new Ended(inner) {
                  @Override
                  List<EndedInstance> told(List<EndedInstance> ended) {
                    List<EndedInstance> all = new ArrayList<>(ended);
                    all.addAll(ended);
                    return all;
                  }
                })
        .store(
            "an-end-is-remembered",
            "An instance that has ended once has ended for ever.",
            "ENDED-01: a cache is asked first",
            store -> {
              Map<String, EndedInstance> cache = new ConcurrentHashMap<>();
              return inner ->
                  new Ended(inner) {
                    @Override
                    public List<EndedInstance> readEnded(EndedRead request) {
                      super.readEnded(new EndedRead(request.instanceIds(), Duration.ZERO))
                          .forEach(one -> cache.putIfAbsent(one.instanceId(), one));
                      List<EndedInstance> cached =
                          request.instanceIds().stream()
                              .filter(cache::containsKey)
                              .map(cache::get)
                              .toList();
                      return cached.isEmpty() ? super.readEnded(request) : cached;
                    }
                  };
            })
        .store(
            "continuing-is-an-end",
            "An instance that has continued as new has ended.",
            "ENDED-01: every status but RUNNING counts",
            store -> new AlsoEnded(ExecutionStatus.CONTINUED_AS_NEW, AckResult.Applied.class))
        .store(
            "a-rejected-end-is-an-end",
            "An instance has ended although the ack was rejected.",
            "ENDED-01: the end is noted before the ack is applied",
            store -> new AlsoEnded(ExecutionStatus.COMPLETED, AckResult.Rejected.class))
        .handle(
            "a-damaged-instance-fails-the-answer",
            "A damaged history of any asked instance is an error.",
            "ENDED-06: histories are decoded together",
            inner ->
                new Ended(inner) {
                  @Override
                  public List<EndedInstance> readEnded(EndedRead request) {
                    for (String id : request.instanceIds()) {
                      inner.readHistory(id, 1, 0, 10);
                    }
                    return super.readEnded(request);
                  }
                })
        .handle(
            "an-end-without-event-is-none",
            "An end whose event cannot be read is left out.",
            "ENDED-07: what cannot be decoded is skipped",
            inner ->
                new Ended(inner) {
                  @Override
                  List<EndedInstance> told(List<EndedInstance> ended) {
                    return ended.stream().filter(one -> one.lastEvent() != null).toList();
                  }
                });
  }

  private static void waits(Family family) {
    family
        .handle(
            "an-end-is-not-waited-for",
            "The call never waits.",
            "ENDED-02: waitUpTo is not passed on",
            inner ->
                new Ended(inner) {
                  @Override
                  public List<EndedInstance> readEnded(EndedRead request) {
                    return super.readEnded(new EndedRead(request.instanceIds(), Duration.ZERO));
                  }
                })
        .handle(
            "a-wait-for-an-end-is-too-long",
            "The call waits twenty times as long as it may.",
            "ENDED-02: each interval has the whole time",
            inner ->
                new Ended(inner) {
                  @Override
                  public List<EndedInstance> readEnded(EndedRead request) {
                    return super.readEnded(
                        new EndedRead(request.instanceIds(), request.waitUpTo().multipliedBy(20)));
                  }
                })
        .handle(
            "a-wait-for-an-end-reads-once",
            "The call reads at its begin and at its end only.",
            "ENDED-02: nothing wakes who waits",
            inner ->
                new Polling(inner) {
                  @Override
                  Duration interval() {
                    return Duration.ofDays(1);
                  }
                })
        .handle(
            "a-wait-for-an-end-polls",
            "An end of the same handle is found with the next regular read.",
            "ENDED-02: acks do not signal",
            inner ->
                new Polling(inner) {
                  @Override
                  Duration interval() {
                    return inner.info().wakeUpBound().dividedBy(2);
                  }
                })
        .handle(
            "a-wait-for-an-end-gives-up",
            "The call comes back empty after one interval.",
            "ENDED-02: a wake-up without an end ends the wait",
            inner ->
                new Ended(inner) {
                  @Override
                  public List<EndedInstance> readEnded(EndedRead request) {
                    Duration most = inner.info().wakeUpBound().dividedBy(2);
                    return super.readEnded(
                        new EndedRead(
                            request.instanceIds(),
                            request.waitUpTo().compareTo(most) > 0 ? most : request.waitUpTo()));
                  }
                })
        .handle(
            "a-wait-for-an-end-swallows-the-interrupt",
            "The interrupt flag is gone after an interrupted wait.",
            "ENDED-02: InterruptedException is caught and forgotten",
            inner ->
                new Ended(inner) {
                  @Override
                  List<EndedInstance> told(List<EndedInstance> ended) {
                    Thread.interrupted();
                    return ended;
                  }
                })
        .handle(
            "no-question-waits",
            "A question for no instance waits its whole time.",
            "ENDED-05: nothing to ask is not told from nothing found",
            inner ->
                new Ended(inner) {
                  @Override
                  public List<EndedInstance> readEnded(EndedRead request) {
                    return super.readEnded(
                        request.instanceIds().isEmpty()
                            ? new EndedRead(List.of("nobody"), request.waitUpTo())
                            : request);
                  }
                });
  }

  private static void costs(Family family) {
    family
        .handle(
            "an-end-is-found-by-fetching",
            "The call fetches everything and gives it back.",
            "ENDED-03: the queue is used to find out",
            inner ->
                new Ended(inner) {
                  @Override
                  public List<EndedInstance> readEnded(EndedRead request) {
                    for (OrchestrationItem item :
                        inner.fetchOrchestrationItems(
                            OrchestrationFetch.of(10, Duration.ofSeconds(30)))) {
                      inner.abandon(item.lockToken(), AbandonOptions.now());
                    }
                    return super.readEnded(request);
                  }
                })
        .handle(
            "a-wait-for-an-end-holds-the-connection",
            "No message is stored through a handle while somebody waits for an end.",
            "ENDED-03: the connection is kept between reads",
            inner ->
                new Ended(inner) {
                  private final ReentrantLock connection = new ReentrantLock();

                  @Override
                  public List<EndedInstance> readEnded(EndedRead request) {
                    connection.lock();
                    try {
                      return super.readEnded(request);
                    } finally {
                      connection.unlock();
                    }
                  }

                  @Override
                  public EnqueueResult enqueue(OrchestratorMessage message) {
                    connection.lock();
                    try {
                      return super.enqueue(message);
                    } finally {
                      connection.unlock();
                    }
                  }
                });
  }

  /** Changes what is told. */
  private static class Ended extends Forwarding {
    final Provider inner;

    Ended(Provider inner) {
      super(inner);
      this.inner = inner;
    }

    List<EndedInstance> told(List<EndedInstance> ended) {
      return ended;
    }

    @Override
    public List<EndedInstance> readEnded(EndedRead request) {
      return told(super.readEnded(request));
    }
  }

  private static EndedInstance with(
      EndedInstance one, long executionId, @Nullable HistoryEvent event) {
    return new EndedInstance(one.instanceId(), executionId, one.status(), one.name(), event);
  }

  /** Waits by itself. */
  private abstract static class Polling extends Ended {

    Polling(Provider inner) {
      super(inner);
    }

    abstract Duration interval();

    @Override
    public List<EndedInstance> readEnded(EndedRead request) {
      long end = System.nanoTime() + Math.min(Long.MAX_VALUE / 4, request.waitUpTo().toNanos());
      while (true) {
        List<EndedInstance> ended =
            super.readEnded(new EndedRead(request.instanceIds(), Duration.ZERO));
        long left = end - System.nanoTime();
        if (!ended.isEmpty() || left <= 0 || Thread.currentThread().isInterrupted()) {
          return ended;
        }
        LockSupport.parkNanos(Math.min(left, interval().toNanos()));
      }
    }
  }

  /** Takes some acks for ends that are none. */
  private record AlsoEnded(
      ExecutionStatus status, Class<? extends AckResult> result, Set<String> ids)
      implements UnaryOperator<Provider> {

    AlsoEnded(ExecutionStatus status, Class<? extends AckResult> result) {
      this(status, result, ConcurrentHashMap.newKeySet());
    }

    @Override
    public Provider apply(Provider right) {
      return new Ended(right) {
        @Override
        public AckResult ackOrchestrationItem(OrchestrationAck ack) {
          AckResult answer = super.ackOrchestrationItem(ack);
          if (ack.metadata().status() == status && result.isInstance(answer)) {
            ids.add(ack.lockToken().instanceId());
          }
          return answer;
        }

        @Override
        public List<EndedInstance> readEnded(EndedRead request) {
          List<EndedInstance> all =
              new ArrayList<>(super.readEnded(new EndedRead(request.instanceIds(), Duration.ZERO)));
          request.instanceIds().stream()
              .filter(ids::contains)
              .map(id -> new EndedInstance(id, 1, ExecutionStatus.COMPLETED, null, null))
              .forEach(all::add);
          return all.isEmpty() ? super.readEnded(request) : all;
        }
      };
    }
  }
}
