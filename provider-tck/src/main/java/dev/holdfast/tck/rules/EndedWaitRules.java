// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Isolated;

/** Waiting until an instance has ended. */
@Isolated
@RuleFamily("ENDED")
final class EndedWaitRules {

  private static final int CROWD = 64;

  /** How many waits a median is taken of, and how often a busy machine may try. */
  private static final int SAMPLES = 7;

  private static final int ROUNDS = 4;

  /** A wake-up by a signal takes a small part of the bound. */
  private static final int PART = 20;

  /**
   * What has ended is answered at once, and an end elsewhere within the bound.
   *
   * <p><b>Shape:</b> a wait for an ended instance and a running one; then waits through both
   * handles for two running ones, of which one is ended through the first handle.
   */
  @Rule("ENDED-02")
  void anEndWakesAllWhoWaitForIt(StoreUnderTest store) {
    Handle first = store.first();
    List.of("old", "new", "running").forEach(first::create);
    end(first, "old");
    Expect.equal(
        "What had ended before was not answered.",
        List.of("old"),
        park(store, store.second(), "old", "running")
            .within("A wait for what has ended waits.", store.pace().prompt()));
    try (Parked<List<String>> here = park(store, first, "running", "new");
        Parked<List<String>> there = park(store, store.second(), "new", "running")) {
      end(first, "new");
      for (Parked<List<String>> parked : List.of(here, there)) {
        Expect.equal(
            "A wait ended without the end.",
            List.of("new"),
            parked.within("An end does not wake who waits for it.", Waiters.bound(store)));
      }
    }
  }

  /**
   * An end through the same handle wakes by a signal and not with the next regular read.
   *
   * <p><b>Shape:</b> a wait for some random part of the wake-up bound, then the ack, by turns alone
   * and in a list; the median of some such wake-ups is a small part of the bound. A machine that is
   * busy gets several tries.
   */
  @Rule("ENDED-02")
  void anEndOfTheSameHandleWakesByASignal(StoreUnderTest store) {
    Duration bound = store.first().provider().info().wakeUpBound();
    List<Duration> medians = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      int base = round * SAMPLES;
      List<Duration> samples =
          Stream.iterate(0, i -> i + 1).limit(SAMPLES).map(i -> woken(store, base + i)).toList();
      Duration median = samples.stream().sorted().toList().get(SAMPLES / 2);
      if (median.compareTo(bound.dividedBy(PART)) <= 0) {
        return;
      }
      medians.add(median);
    }
    throw Expect.violation(
        "An end does not wake a waiter of its own handle: it reads again by itself.",
        "wake-ups within 1/%d of the bound of %s".formatted(PART, bound),
        medians);
  }

  private static Duration woken(StoreUnderTest store, int number) {
    Handle first = store.first();
    String id = "i" + number;
    first.create(id);
    first.poke(id);
    OrchestrationItem item = first.fetchOne(id);
    OrchestrationAck ack = first.turn(item).status(ExecutionStatus.COMPLETED).build();
    long bound = first.provider().info().wakeUpBound().toNanos();
    try (Parked<Long> parked =
        Parked.call(
            store.pace(),
            () -> {
              read(first, Waiters.longWait(store), id);
              return System.nanoTime();
            })) {
      // So long that regular reads have become rare, and at no fixed distance from the last one.
      Waiting.realTime(Duration.ofNanos((long) (bound * (1 + store.random().nextDouble()) / 2)));
      if (number % 2 == 0) {
        first.provider().ackOrchestrationItem(ack);
      } else {
        first.provider().ackOrchestrationItems(List.of(ack));
      }
      // What the ack takes is the store's affair. Who is woken may be here before its caller.
      long acked = System.nanoTime();
      return Duration.ofNanos(
          parked.within("An end does not wake who waits for it.", Waiters.bound(store)) - acked);
    }
  }

  /**
   * A wait ends when its time has passed, when its thread is interrupted and when its handle is
   * closed, empty; and other acks do not end it.
   *
   * <p><b>Shape:</b> a short wait, one that is interrupted and one whose handle is closed; before
   * that, other instances end and the awaited one goes on.
   */
  @Rule("ENDED-02")
  void aWaitEndsInTime(StoreUnderTest store) {
    Handle first = store.first();
    List.of("order", "other").forEach(first::create);
    try (Parked<List<String>> parked = park(store, first, "order");
        Parked<List<String>> onAnother = park(store, store.second(), "order")) {
      first.poke("order");
      OrchestrationItem item = first.fetchOne("order");
      first.turn(item).event(item.history().lastEventId() + 1).apply();
      end(first, "other");
      Waiting.realTime(store.first().provider().info().wakeUpBound());
      Expect.that("A wait has ended although its instance goes on.", !parked.isDone());
      Expect.that("A wait has ended although its instance goes on.", !onAnother.isDone());
      parked.interrupt();
      Expect.none(
          "An interrupted wait has an answer.",
          parked.within("An interrupted wait goes on.", store.pace().prompt()));
      Expect.that("The interrupt was swallowed.", parked.wasInterruptedAtEnd());
      store.second().close();
      Expect.none(
          "A wait of a closed handle has an answer.",
          onAnother.within("A wait of a closed handle goes on.", store.pace().prompt()));
    }
    Expect.none(
        "A wait that has passed has an answer.",
        Parked.beginning(() -> read(first, store.pace().prompt(), "order"))
            .within("A wait outlasts its time.", store.pace().prompt().multipliedBy(3)));
    end(first, "order");
    Expect.equal(
        "The handle does not work on.", List.of("order"), read(first, Duration.ZERO, "order"));
  }

  /**
   * Waiting holds nothing.
   *
   * <p><b>Shape:</b> 64 calls wait; meanwhile instances are started, fetched and acked promptly
   * through the same handle and others.
   */
  @Rule("ENDED-03")
  void waitingHoldsNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("awaited");
    first.create("order");
    List<Parked<List<String>>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      crowd.add(Parked.beginning(() -> read(first, Waiters.longWait(store), "awaited")));
    }
    try {
      for (Handle handle : List.of(first, store.second(), store.newHandle())) {
        Parked.beginning(
                () -> {
                  handle.poke("order");
                  OrchestrationItem item = handle.fetchOne("order");
                  handle.turn(item).event(item.history().lastEventId() + 1).apply();
                  return handle.history("order", 1);
                })
            .within("A call is held up by waiting ones.", store.pace().prompt());
      }
      Expect.that("A wait has ended without an end.", crowd.stream().noneMatch(Parked::isDone));
      end(first, "awaited");
      for (Parked<List<String>> parked : crowd) {
        Expect.equal("A wait ended without the end.", List.of("awaited"), parked.answer());
      }
    } finally {
      crowd.forEach(Parked::close);
    }
  }

  private static void end(Handle handle, String id) {
    handle.poke(id);
    handle.turn(handle.fetchOne(id)).status(ExecutionStatus.COMPLETED).apply();
  }

  private static Parked<List<String>> park(StoreUnderTest store, Handle handle, String... ids) {
    return Parked.call(store.pace(), () -> read(handle, Waiters.longWait(store), ids));
  }

  private static List<String> read(Handle handle, Duration wait, String... ids) {
    return handle.provider().readEnded(new EndedRead(List.of(ids), wait)).stream()
        .map(EndedInstance::instanceId)
        .toList();
  }
}
