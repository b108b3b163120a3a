// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Delivered;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.function.Supplier;
import org.junit.jupiter.api.parallel.Isolated;

/** Time zones do not exist. Alone, because it changes the default zone of the JVM. */
@RuleFamily("CLOCK")
@Isolated("changes the default time zone")
final class ClockZoneRules {

  private static final List<String> FAR_APART =
      List.of("Pacific/Kiritimati", "America/Los_Angeles");

  private static final List<String> ZONES =
      List.of("Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu");

  /** With a change of daylight saving twice a year. */
  private static final ZoneId SAVING = ZoneId.of("Europe/Berlin");

  private static final Duration QUARTER = Duration.ofMinutes(15);

  /**
   * Instants are equal for handles that were opened under different default zones, also in the hour
   * that a change of daylight saving repeats or leaves out.
   *
   * <p><b>Shape:</b> each zone writes events recorded around such changes and a message; handles of
   * all zones read the same instants.
   */
  @Rule("CLOCK-07")
  void instantsAreEqualUnderAllDefaultZones(StoreUnderTest store) {
    store.first().create("order");
    List<HistoryEvent> all = new ArrayList<>();
    for (String zone : ZONES) {
      Handle writer = under(zone, store::newHandle);
      List<HistoryEvent> events = new ArrayList<>();
      for (String change :
          List.of("2024-10-27T00:30:00Z", "2024-03-31T00:30:00Z", "2024-11-03T08:30:00Z")) {
        for (int i = 0; i < 8; i++) {
          Instant moment = Instant.parse(change).plus(QUARTER.multipliedBy(i));
          events.add(
              new HistoryEvent(
                  all.size() + events.size() + 1L, "happened", Payload.utf8(zone), moment));
        }
      }
      under(
          zone,
          () -> {
            writer.poke("order");
            writer.turn(writer.fetchOne("order")).events(events).apply();
            return writer;
          });
      all.addAll(events);
      for (String reading : ZONES) {
        Handle reader = under(reading, store::newHandle);
        Expect.equal(
            "What " + zone + " recorded is another moment in " + reading + ".",
            all,
            under(reading, () -> reader.history("order", 1)));
      }
    }
  }

  /**
   * Visibility and locks are equal for handles that were opened under different default zones.
   *
   * <p><b>Shape:</b> each zone enqueues and locks; handles of the other zones see the message at
   * once, and neither a lock nor a timer ends early or late.
   */
  @Rule("CLOCK-07")
  void visibilityIsEqualUnderAllDefaultZones(StoreUnderTest store) {
    for (int i = 0; i < ZONES.size(); i++) {
      String zone = ZONES.get(i);
      String other = ZONES.get((i + 1) % ZONES.size());
      Handle one = under(zone, store::newHandle);
      Handle two = under(other, store::newHandle);
      String instance = "order-" + i;
      OrchestratorMessage start = under(zone, () -> one.start(instance));
      OrchestrationItem held = under(other, () -> two.fetchOne(instance));
      Batch.expect("A message is not visible in another zone.", held, start);
      Instant visibleAt = Delivered.visibleAt(held.messages().get(0));
      String what = "A message became visible at another moment in another zone.";
      Expect.notAfter(what, held.fetchedAt(), visibleAt);
      Expect.notBefore(what, held.fetchedAt().minus(Duration.ofMinutes(10)), visibleAt);
      under(zone, () -> one.timer(instance, store.lockFor()));
      store.moveToJustBefore(store.lockFor());
      under(zone, () -> expectNothing(one));
      store.moveTime(store.tick());
      OrchestrationItem both = under(zone, () -> one.fetchOne(instance));
      Expect.equal("A timer is not due at its time in another zone.", 2, both.messages().size());
      under(zone, () -> finished(one, both));
    }
  }

  private static Handle expectNothing(Handle handle) {
    handle.fetchNone("A lock or a timer ended early under another zone.");
    return handle;
  }

  private static Handle finished(Handle handle, OrchestrationItem item) {
    handle.finish(item);
    return handle;
  }

  /**
   * Due times are exact over the next change of daylight saving.
   *
   * <p><b>Shape:</b> messages due each quarter of an hour around the next two changes, enqueued
   * under one zone; time moves to just before and to each: handles under other zones are given each
   * then and not before.
   */
  @Rule("CLOCK-07")
  void dueTimesAreExactOverAChangeOfDaylightSaving(StoreUnderTest store) {
    TimeControl clock = store.timeControl();
    store.first().create("order");
    Instant change = clock.now();
    for (int next = 0; next < 2; next++) {
      change = SAVING.getRules().nextTransition(change).getInstant();
      for (int i = -5; i <= 5; i++) {
        Instant moment = change.plus(QUARTER.multipliedBy(i)).truncatedTo(ChronoUnit.MICROS);
        Handle sender = under(SAVING.getId(), store::newHandle);
        under(SAVING.getId(), () -> sender.enqueue(due(moment)));
        String zone = ZONES.get(Math.floorMod(i, ZONES.size()));
        Handle receiver = under(zone, store::newHandle);
        store.moveTime(Duration.between(clock.now(), moment).minus(store.tick()));
        under(zone, () -> expectNothing(receiver));
        store.moveTime(store.tick());
        OrchestrationItem item = under(zone, () -> receiver.fetchOne("order"));
        Expect.equal(
            "A due time changed over a change of daylight saving.",
            moment,
            Delivered.visibleAt(item.messages().get(0)));
        under(zone, () -> finished(receiver, item));
        sender.close();
        receiver.close();
      }
    }
  }

  private static OrchestratorMessage due(Instant moment) {
    return OrchestratorMessage.builder("order", "timer", Payload.empty())
        .due(Due.at(moment))
        .build();
  }

  /**
   * Other JVMs with other default zones see equal instants and equal visibility.
   *
   * <p><b>Shape:</b> in each zone a child JVM creates an instance, enqueues a start, and locks what
   * was enqueued here; from here: the event is equal, the start is visible at once and became so
   * just now, the lock holds.
   */
  @Rule("CLOCK-07")
  void otherJvmsWithOtherZonesSeeTheSame(StoreUnderTest store) {
    for (String zone : FAR_APART) {
      Handle first = store.first();
      String here = "here-" + zone;
      first.start(here);
      OrchestrationItem before = first.fetchOne(here);
      first.turn(before).name(Sample.NAME).apply();
      try (ChildJvm child = ChildJvm.start(in(zone, store), Task.CREATE, "created-" + zone)) {
        child.line("created");
      }
      try (ChildJvm child = ChildJvm.start(in(zone, store), Task.ENQUEUE)) {
        child.line("ready");
        child.tell("sent-" + zone);
        child.line("enqueued");
      }
      store.catchUpWithOtherJvms();

      first = store.first();
      Expect.equal(
          "What was recorded in " + zone + " is another moment here.",
          Sample.events(1, 1),
          first.history("created-" + zone, 1));
      OrchestrationItem sent = first.fetchOne("sent-" + zone);
      Instant visibleAt = Delivered.visibleAt(sent.messages().get(0));
      String what = "What was enqueued in " + zone + " became visible at another moment.";
      Expect.notBefore(what, before.fetchedAt().minus(store.tick()), visibleAt);
      Expect.notAfter(what, sent.fetchedAt(), visibleAt);
      first.finish(sent);
    }
    // Once and last, since a store may end the locks of a dead process early (CRASH-13).
    String zone = FAR_APART.getLast();
    store.first().poke("here-" + zone);
    expectLockHolds(store, in(zone, store));
  }

  private static void expectLockHolds(StoreUnderTest store, CrashTarget target) {
    String what = "A lock that was taken in another zone does not hold here.";
    Duration lock = store.lockFor().multipliedBy(1_000);
    try (ChildJvm child = ChildJvm.start(target, Task.HOLD, String.valueOf(lock.toNanos()))) {
      child.line("instance");
      child.line("held");
      store.catchUpWithOtherJvms();
      if (!target.exclusive()) {
        store.first().fetchNone(what);
      }
    }
    if (target.exclusive()) {
      store.first().fetchNone(what);
    }
  }

  private static CrashTarget in(String zone, StoreUnderTest store) {
    return store.crashTarget().withJvmArguments("-Duser.timezone=" + zone);
  }

  /** Does something while the JVM has another default zone. */
  private static <T> T under(String zone, Supplier<T> body) {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    try {
      return body.get();
    } finally {
      TimeZone.setDefault(before);
    }
  }
}
