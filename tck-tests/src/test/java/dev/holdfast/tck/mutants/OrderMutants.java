// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.Stall;
import dev.holdfast.provider.stream.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Logs whose readers miss events, wait for nobody, or are not woken. */
final class OrderMutants {

  private OrderMutants() {}

  static List<Mutant> all() {
    Family family = new Family("ORDER");
    numbers(family);
    heads(family);
    times(family);
    waiting(family);
    return family.mutants();
  }

  /** Numbers are drawn before the commit, as a sequence does it. */
  private static class Early extends Flow {

    /** Numbers that are drawn and not committed, with the time of that. */
    final TreeMap<Long, Instant> open = new TreeMap<>();

    private final ThreadLocal<Deque<Long>> drawn = ThreadLocal.withInitial(ArrayDeque::new);

    Early(InstantSource clock) {
      super(clock);
    }

    void draw(List<Change> changes) {
      int events = 0;
      for (Change change : changes) {
        events += change instanceof AppendEvents append ? append.events().size() : 0;
      }
      for (int n = 0; n < events; n++) {
        drawn.get().add(++numbers);
        open.put(numbers, now());
      }
    }

    void end() {
      Deque<Long> own = drawn.get();
      own.clear();
      open.keySet().removeIf(number -> log.containsKey(new LogPosition(number, 0)));
    }

    @Override
    LogPosition nextPosition() {
      Long number = drawn.get().poll();
      if (number == null) {
        return super.nextPosition();
      }
      return new LogPosition(number, 0);
    }

    /** The number below which a reader may go. */
    long bound() {
      return Long.MAX_VALUE;
    }

    @Override
    LogPage page(LogRead read, List<StreamEvent> matching, LogPosition head) {
      long bound = bound();
      if (read.direction() == Direction.BACKWARDS || head.major() < bound) {
        return super.page(read, matching, head);
      }
      LogPosition last = new LogPosition(Math.max(read.from().major(), bound - 1), 0);
      return super.page(
          read, matching.stream().filter(event -> event.position().major() < bound).toList(), last);
    }
  }

  private static final class EarlyHandle extends Flowing {
    private final Early early;

    EarlyHandle(Provider inner, Flow flow) {
      super(inner, flow);
      early = (Early) flow;
    }

    @Override
    List<ChangeResult> apply(String operation, List<Change> changes, @Nullable Fence fence) {
      synchronized (flow) {
        early.draw(changes);
      }
      LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
      try {
        return super.apply(operation, changes, fence);
      } finally {
        synchronized (flow) {
          early.end();
        }
      }
    }
  }

  private static void numbers(Family family) {
    FlowMutants.both(
        family,
        "numbers-are-drawn-before-the-commit",
        "A reader passes a number that commits later.",
        "ORDER-04: a bigserial, read above the last number",
        Early::new,
        EarlyHandle::new);
    FlowMutants.both(
        family,
        "gaps-are-skipped-after-a-time",
        "A gap is taken for a rollback after ten seconds.",
        "ORDER-07: gap detection with a timeout",
        clock ->
            new Early(clock) {
              @Override
              long bound() {
                open.values().removeIf(since -> since.plus(Duration.ofSeconds(10)).isBefore(now()));
                return open.isEmpty() ? Long.MAX_VALUE : open.firstKey();
              }
            },
        EarlyHandle::new);
    FlowMutants.both(
        family,
        "gaps-stall-readers",
        "A number that was rolled back holds up readers.",
        "ORDER-06: gap detection without an end",
        clock ->
            new Early(clock) {
              @Override
              long bound() {
                return open.isEmpty() ? Long.MAX_VALUE : open.firstKey();
              }
            },
        EarlyHandle::new);
    FlowMutants.flow(
        family,
        "later-versions-come-first",
        "The events of an append stand in the log the other way round.",
        "ORDER-02: numbers are drawn from the end of a block",
        clock ->
            new Flow(clock) {
              @Override
              LogPosition nextPosition() {
                long number = ++numbers;
                return new LogPosition(number + (number % 2 == 0 ? -1 : 1), 0);
              }
            });
    FlowMutants.call(
        family,
        "lists-are-sorted",
        "The appends of a list stand in the log in the order of their streams.",
        "ORDER-03: sorted for the sake of locks, and written in that order",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              List<ChangeResult> apply(
                  String operation, List<Change> changes, @Nullable Fence fence) {
                if (changes.size() != 10) {
                  return super.apply(operation, changes, fence);
                }
                List<Change> sorted = new ArrayList<>(changes);
                sorted.sort(
                    Comparator.comparing(change -> ((AppendEvents) change).stream().toString()));
                List<ChangeResult> results = super.apply(operation, sorted, fence);
                return changes.stream().map(change -> results.get(sorted.indexOf(change))).toList();
              }
            });
    FlowMutants.flow(
        family,
        "positions-are-others-after-reopening",
        "Each reader counts the events for itself.",
        "ORDER-01: row_number() as a position",
        clock ->
            new Flow(clock) {
              private long reads;

              @Override
              LogPage page(LogRead read, List<StreamEvent> matching, LogPosition head) {
                LogPage page = super.page(read, matching, head);
                if (++reads < 2 || page.events().isEmpty()) {
                  return page;
                }
                StreamEvent first = page.events().getFirst();
                List<StreamEvent> events = new ArrayList<>(page.events());
                events.set(
                    0,
                    new StreamEvent(
                        first.stream(),
                        first.version(),
                        new LogPosition(first.position().major() - 1, reads),
                        first.recordedAt(),
                        first.content()));
                return new LogPage(events, page.next(), page.atEnd(), null);
              }
            });
    FlowMutants.flow(
        family,
        "filters-skip-to-the-head",
        "A page with a filter goes on at the head although it is full.",
        "ORDER-05: next is the head that was read",
        clock ->
            new Flow(clock) {
              @Override
              LogPage page(LogRead read, List<StreamEvent> matching, LogPosition head) {
                LogPage page = super.page(read, matching, head);
                return read.filter().isAll() || read.direction() == Direction.BACKWARDS
                    ? page
                    : new LogPage(page.events(), head, page.atEnd(), null);
              }
            });
  }

  private static void heads(Family family) {
    FlowMutants.call(
        family,
        "the-head-is-remembered",
        "A handle asks for the head now and then.",
        "ORDER-12: a cached head",
        (inner, flow) ->
            new Flowing(inner, flow) {
              private @Nullable LogHead last;
              private int calls;

              @Override
              LogHead head() {
                LogHead known = last;
                if (known == null || calls++ % 3 == 0) {
                  known = super.head();
                  last = known;
                }
                return known;
              }
            });
    FlowMutants.call(
        family,
        "the-head-goes-back",
        "A new handle knows no head until something is appended.",
        "ORDER-13: a head in memory",
        (inner, flow) ->
            new Flowing(inner, flow) {
              private boolean appended;

              @Override
              List<ChangeResult> apply(
                  String operation, List<Change> changes, @Nullable Fence fence) {
                appended = true;
                return super.apply(operation, changes, fence);
              }

              @Override
              LogHead head() {
                LogHead head = super.head();
                return appended
                    ? head
                    : new LogHead(LogPosition.START, head.lastRecordedAt(), head.now());
              }
            });
    FlowMutants.flow(
        family,
        "positions-beyond-the-head-are-read",
        "A reader behind the head is told that there is nothing new.",
        "ORDER-20: WHERE position > ?",
        clock ->
            new Flow(clock) {
              @Override
              LogPage readLog(LogRead read) {
                return read.from().isAfter(head())
                    ? new LogPage(List.of(), read.from(), true, null)
                    : super.readLog(read);
              }
            });
    FlowMutants.call(
        family,
        "a-stall-is-always-told",
        "At rest something is said to be held back.",
        "ORDER-11: the look itself is taken for a holder",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              List<Stall> explainStall() {
                return List.of(new Stall(Stall.Kind.READERS, null, "somebody"));
              }
            });
  }

  private static void times(Family family) {
    FlowMutants.flow(
        family,
        "times-follow-the-clock-back",
        "An event has an earlier time than one before it.",
        "ORDER-14: now() without a look at the last time",
        clock ->
            new Flow(clock) {
              @Override
              Instant recordedAt() {
                return now();
              }
            });
    FlowMutants.call(
        family,
        "times-are-those-of-the-begin",
        "An append has the time at which its transaction began.",
        "ORDER-14, ORDER-15: transaction_timestamp()",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              List<ChangeResult> apply(
                  String operation, List<Change> changes, @Nullable Fence fence) {
                List<ChangeResult> results = super.apply(operation, changes, fence);
                return results.stream().map(OrderMutants::aSecondEarlier).toList();
              }
            });
    FlowMutants.flow(
        family,
        "times-are-looked-up-later",
        "The index of times knows the first events after a while only.",
        "ORDER-15: an index that is built in the background",
        clock ->
            new Flow(clock) {
              @Override
              LogPosition positionAt(Instant time) {
                return log.size() < 30 ? LogPosition.START : super.positionAt(time);
              }
            });
  }

  private static ChangeResult aSecondEarlier(ChangeResult result) {
    return result instanceof Appended appended
        ? new Appended(
            appended.stream(),
            appended.firstVersion(),
            appended.lastVersion(),
            appended.firstPosition(),
            appended.lastPosition(),
            appended.recordedAt().minusSeconds(1),
            appended.repeated())
        : result;
  }

  private static void waiting(Family family) {
    FlowMutants.call(
        family,
        "waiting-reads-answer-at-once",
        "A read does not wait.",
        "ORDER-17: waitUpTo is not looked at",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              LogPage readLog(LogRead read) {
                return super.readLog(read.waitingUpTo(Duration.ZERO));
              }
            });
    FlowMutants.call(
        family,
        "waiting-reads-stay-where-they-were",
        "A read that waited in vain answers the position that it came with.",
        "ORDER-17: an empty page without a look at the head",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              LogPage readLog(LogRead read) {
                LogPage page = super.readLog(read);
                return page.events().isEmpty() && !read.waitUpTo().isZero()
                    ? new LogPage(List.of(), read.from(), true, null)
                    : page;
              }
            });
    FlowMutants.call(
        family,
        "readers-are-not-woken",
        "A reader looks again at the end of its wait only.",
        "ORDER-18: no signal",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              LogPage readLog(LogRead read) {
                LogPage page = super.readLog(read.waitingUpTo(Duration.ZERO));
                if (!page.events().isEmpty()
                    || read.direction() == Direction.BACKWARDS
                    || read.waitUpTo().isZero()) {
                  return page;
                }
                Duration most = Duration.ofSeconds(5);
                Duration wait = read.waitUpTo().compareTo(most) < 0 ? read.waitUpTo() : most;
                LockSupport.parkNanos(wait.toNanos());
                return super.readLog(read.waitingUpTo(Duration.ZERO));
              }
            });
    FlowMutants.call(
        family,
        "readers-do-not-hear-interrupts",
        "A reader that is interrupted waits on.",
        "ORDER-19: the interrupt is swallowed",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              void waitForMore(long millis) {
                try {
                  super.waitForMore(millis);
                } catch (InterruptedException swallowed) {
                  // It waits on.
                }
              }
            });
  }
}
