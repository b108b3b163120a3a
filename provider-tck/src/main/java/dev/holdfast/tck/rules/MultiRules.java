// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.fixture.WhiteBox.StoredRow;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Delivered;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Executions of one instance: only acks decide which one is current. */
@RuleFamily("MULTI")
final class MultiRules {

  private static final List<ExecutionStatus> ENDS =
      List.of(ExecutionStatus.CONTINUED_AS_NEW, ExecutionStatus.FAILED, ExecutionStatus.COMPLETED);

  /**
   * Each execution has its own history from 1, and earlier ones stay readable unchanged.
   *
   * <p><b>Shape:</b> three executions with 3, 2 and 1 events of their own; after each ack all that
   * exist are read and compared.
   */
  @Rule("MULTI-01")
  void eachExecutionHasItsOwnHistory(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    for (long execution = 1; execution <= 3; execution++) {
      first
          .turn(first.fetchOne("order"))
          .execution(execution)
          .name(Sample.NAME)
          .events(eventsOf(execution, 4 - execution))
          .send(Sample.start("order", Sample.NAME, null))
          .apply();

      for (long one = 1; one <= execution; one++) {
        Expect.equal(
            "After execution " + execution + " the history of " + one + " is not its own.",
            eventsOf(one, 4 - one),
            store.second().history("order", one));
      }
    }
    Expect.none("An execution that never was has a history.", first.history("order", 4));
  }

  /**
   * Fetch delivers the history of the current execution only.
   *
   * <p><b>Shape:</b> execution 1 has five events, execution 2 two; the next item has those two and
   * the last id 2, also when only one or none is asked for.
   */
  @Rule("MULTI-02")
  void fetchDeliversTheCurrentHistoryOnly(StoreUnderTest store) {
    Handle first = store.first();
    twoExecutions(first);

    for (int inline = 0; inline <= 3; inline++) {
      OrchestrationFetch request =
          OrchestrationFetch.of(1, store.lockFor()).withInlineHistory(inline);
      OrchestrationItem item = Delivered.of(first.fetch(request), "order");
      List<HistoryEvent> expected = eventsOf(2, Math.min(inline, 2));
      Expect.equal(
          "The history that came along is not that of the current execution.",
          new History(2, expected, inline >= 2),
          item.history());
      first.abandon(item);
    }
  }

  private static void twoExecutions(Handle first) {
    first.start("order");
    first
        .turn(first.fetchOne("order"))
        .name(Sample.NAME)
        .events(eventsOf(1, 5))
        .status(ExecutionStatus.CONTINUED_AS_NEW)
        .send(Sample.start("order", Sample.NAME, null))
        .apply();
    first
        .turn(first.fetchOne("order"))
        .execution(2)
        .name(Sample.NAME)
        .events(eventsOf(2, 2))
        .apply();
    first.poke("order");
  }

  /**
   * {@code latestExecutionId} is the greatest execution acked, with or without an instance row.
   *
   * <p><b>Shape:</b> two instances, one with a name and one without, are acked as 1, 2 and 7.
   */
  @Rule("MULTI-03")
  void theLatestExecutionIsTheGreatestAcked(StoreUnderTest store) {
    Handle first = store.first();
    for (String instance : List.of("named", "unnamed")) {
      first.start(instance);
      expectLatest(store, instance, OptionalLong.empty());
      for (long execution : List.of(1L, 2L, 7L)) {
        OrchestrationItem item = first.fetchOne(instance);
        first.poke(instance);
        var turn = first.turn(item).execution(execution);
        if (instance.equals("named")) {
          turn.name(Sample.NAME);
        }
        turn.apply();
        expectLatest(store, instance, OptionalLong.of(execution));
      }
      first.finish(first.fetchOne(instance));
      expectLatest(store, instance, OptionalLong.of(7));
    }
  }

  private static void expectLatest(StoreUnderTest store, String instance, OptionalLong expected) {
    Expect.equal(
        "The latest execution is not the greatest one acked.",
        expected,
        store.second().provider().latestExecutionId(instance));
  }

  /**
   * An item says 1 before the first ack and afterwards the greatest execution acked; a queued start
   * never raises it.
   *
   * <p><b>Shape:</b> ack execution 1 as ContinuedAsNew with a start to itself; the item with that
   * start says 1; ack it as 2; poke; the next item says 2. With and without a row.
   */
  @Rule("MULTI-04")
  void aQueuedStartDoesNotRaiseTheExecution(StoreUnderTest store) {
    Handle first = store.first();
    for (@Nullable String name : new @Nullable String[] {Sample.NAME, null}) {
      String instance = name == null ? "unnamed" : "named";
      OrchestratorMessage again = Sample.start(instance, Sample.NAME, null);
      first.start(instance);
      first.start(instance);
      OrchestrationItem earlier = first.fetchOne(instance);
      Expect.equal("A new instance is not at execution 1.", 1L, earlier.executionId());
      first
          .turn(earlier)
          .metadata(with -> with.name(name))
          .event(1)
          .status(ExecutionStatus.CONTINUED_AS_NEW)
          .send(again)
          .apply();

      OrchestrationItem theSecond = first.fetchOne(instance);
      Expect.equal("A queued start raised the execution.", 1L, theSecond.executionId());
      Batch.expect("The start of the next execution is missing.", theSecond, again);
      first.turn(theSecond).execution(2).metadata(with -> with.name(name)).apply();
      first.poke(instance);

      OrchestrationItem third = first.fetchOne(instance);
      Expect.equal("The item is not at the execution acked last.", 2L, third.executionId());
      Expect.equal("An execution without events has some.", History.empty(), third.history());
      first.finish(third);
    }
  }

  /**
   * An ack for a lower execution is stored there and never lowers the current one.
   *
   * <p><b>Shape:</b> after execution 2, ack an event for 1: the history of 1 has it, that of 2 is
   * unchanged, and the next item says 2.
   */
  @Rule("MULTI-05")
  void anAckForALowerExecutionNeverLowersTheCurrentOne(StoreUnderTest store) {
    Handle first = store.first();
    twoExecutions(first);
    HistoryEvent late = event(1, 6);
    first.turn(first.fetchOne("order")).execution(1).events(List.of(late)).apply();
    first.poke("order");

    OrchestrationItem item = first.fetchOne("order");

    Expect.equal("An ack lowered the current execution.", 2L, item.executionId());
    Expect.equal(
        "An ack for execution 1 changed the history of the item.",
        new History(2, eventsOf(2, 2), true),
        item.history());
    Expect.equal(
        "An event for execution 1 is not in its history.",
        eventsOf(1, 6),
        first.history("order", 1));
    expectLatest(store, "order", OptionalLong.of(2));
    store
        .adminIfDeclared()
        .ifPresent(admin ->
            Expect.equal(
                "An ack lowered the execution that can be read.",
                2L,
                admin.instance("order").summary().executionId()));
  }

  /**
   * The execution row is created once, as Running with its start time, and later acks change only
   * what they state.
   *
   * <p><b>Shape:</b> several acks without status while time moves; then one with status and output,
   * and one more without: each time the row is as before but for what was stated.
   */
  @Rule("MULTI-06")
  void laterAcksChangeOnlyWhatTheyState(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    if (store.adminIfDeclared().isPresent()) {
      laterAcksChangeOnlyWhatTheyState(store, store.admin());
      return;
    }
    for (int i = 0; i < 3; i++) {
      List<StoredRow> before = store.whiteBox().rows(RowKind.EXECUTION, "order");
      Expect.equal("There is not one row per execution.", 1, before.size());
      store.moveTime(store.tick());
      first.poke("order");
      first.finish(first.fetchOne("order"));
      Expect.equal(
          "An ack that states nothing changed the execution.",
          before,
          store.whiteBox().rows(RowKind.EXECUTION, "order"));
      first.poke("order");
      first.turn(first.fetchOne("order")).status(ENDS.get(i)).output("output").apply();
    }
  }

  private static void laterAcksChangeOnlyWhatTheyState(StoreUnderTest store, InstanceAdmin admin) {
    Handle first = store.first();
    ExecutionDetails created = admin.execution("order", 1);
    Expect.equal("A new execution is not Running.", ExecutionStatus.RUNNING, created.status());
    for (int i = 0; i < 3; i++) {
      store.moveTime(store.tick());
      first.poke("order");
      first.finish(first.fetchOne("order"));
      Expect.equal(
          "An ack that states nothing changed the execution.",
          created,
          admin.execution("order", 1));
    }
    first.poke("order");
    first.turn(first.fetchOne("order")).status(ExecutionStatus.FAILED).output("output").apply();
    ExecutionDetails ended = admin.execution("order", 1);
    Expect.equal("A stated status was not stored.", ExecutionStatus.FAILED, ended.status());
    Expect.equal("A stated output was not stored.", Payload.utf8("output"), ended.output());
    Expect.equal("An end changed the start time.", created.startedAt(), ended.startedAt());
    store.moveTime(store.tick());
    first.poke("order");
    first.finish(first.fetchOne("order"));
    Expect.equal(
        "An ack that states nothing changed the execution.", ended, admin.execution("order", 1));
  }

  /**
   * Every end is stored as itself, in whatever execution.
   *
   * <p><b>Shape:</b> in two executions, ack one after the other as running and as ended in each
   * way: each ack changes the stored row of its execution into one that was not there before.
   */
  @Rule("MULTI-07")
  void everyEndIsStoredAsItself(StoreUnderTest store) {
    WhiteBox box = store.whiteBox();
    Handle first = store.first();
    first.start("order");
    for (long execution = 1; execution <= 2; execution++) {
      Set<StoredRow> seen = new HashSet<>();
      List<ExecutionStatus> states = new ArrayList<>(List.of(ExecutionStatus.RUNNING));
      states.addAll(ENDS);
      for (ExecutionStatus status : states) {
        first
            .turn(first.fetchOne("order"))
            .execution(execution)
            .name(Sample.NAME)
            .status(status)
            .send(Sample.message("order", "again"))
            .apply();
        boolean isNew = false;
        for (StoredRow row : box.rows(RowKind.EXECUTION, "order")) {
          isNew |= seen.add(row);
        }
        Expect.that(
            "%s of execution %d was not stored as such.".formatted(status, execution), isNew);
      }
    }
  }

  /**
   * Status and output belong to the execution that was acked, and each way to end sets its
   * completion time.
   *
   * <p><b>Shape:</b> three executions end as ContinuedAsNew, Failed and Completed with outputs of
   * their own, a fourth runs; each is as stated, and no later one changed an earlier.
   */
  @Rule("MULTI-07")
  void statusAndOutputBelongToTheirExecution(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    Instant lastFetch = Instant.MIN;
    for (int i = 0; i < ENDS.size(); i++) {
      long execution = i + 1L;
      OrchestrationItem item = first.fetchOne("order");
      Optional<List<StoredRow>> before =
          store.whiteBoxIfOffered().map(box -> box.rows(RowKind.EXECUTION, "order"));
      first
          .turn(item)
          .execution(execution)
          .name(Sample.NAME)
          .status(ENDS.get(i))
          .output("output of " + execution)
          .send(Sample.start("order", Sample.NAME, null))
          .apply();
      before.ifPresent(rows ->
          Expect.that(
              "The end of execution " + execution + " changed an earlier one.",
              rows,
              store.whiteBox().rows(RowKind.EXECUTION, "order"),
              store.whiteBox().rows(RowKind.EXECUTION, "order").containsAll(rows)));
      store.moveTime(store.tick());
      lastFetch = item.fetchedAt();
    }
    first.turn(first.fetchOne("order")).execution(4).name(Sample.NAME).apply();

    if (store.adminIfDeclared().isPresent()) {
      expectEnds(store.admin(), lastFetch);
    } else if (store.whiteBoxIfOffered().isEmpty()) {
      throw new NotMeasured(FixturePart.FEATURE, "INSTANCE_ADMIN, or a white box");
    }
  }

  private static void expectEnds(InstanceAdmin admin, Instant lastFetch) {
    @Nullable Instant previous = null;
    for (int i = 0; i < ENDS.size(); i++) {
      ExecutionDetails execution = admin.execution("order", i + 1L);
      Expect.equal("The status is not its own.", ENDS.get(i), execution.status());
      Expect.equal(
          "The output is not its own.", Payload.utf8("output of " + (i + 1)), execution.output());
      Instant completedAt = execution.completedAt();
      if (completedAt == null) {
        throw Expect.violation(
            "An ended execution has no completion time.", "a completion time", execution);
      }
      Expect.that(
          "An execution completed before the one before it.",
          "after " + previous,
          completedAt,
          previous == null || completedAt.isAfter(previous));
      previous = completedAt;
    }
    Expect.notBefore(
        "The completion time is older than the turn that completed it.", lastFetch, previous);
    ExecutionDetails running = admin.execution("order", 4);
    Expect.equal("A running execution has ended.", ExecutionStatus.RUNNING, running.status());
    Expect.equal("A running execution has an output.", null, running.output());
    Expect.equal("A running execution has a completion time.", null, running.completedAt());
  }

  /**
   * Messages outlive their execution: the next one receives what was queued.
   *
   * <p><b>Shape:</b> poke during the turn that continues as new: the next item has the poke and the
   * start; a timer of execution 1 comes to execution 2.
   */
  @Rule("MULTI-08")
  void messagesOutliveTheirExecution(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage timer = first.timer("order", store.lockFor());
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    OrchestratorMessage poke = store.second().poke("order");
    OrchestratorMessage start = Sample.start("order", Sample.NAME, null);
    first.turn(turn).event(1).status(ExecutionStatus.CONTINUED_AS_NEW).send(start).apply();

    OrchestrationItem next = first.fetchOne("order");
    Batch.expect("The next execution did not receive what was queued.", next, poke, start);
    first.turn(next).execution(2).event(1).apply();
    store.moveTime(store.lockFor());
    OrchestrationItem later = first.fetchOne("order");
    Batch.expect("A timer did not outlive its execution.", later, timer);
    Expect.equal("The timer did not come to the next execution.", 2L, later.executionId());
  }

  /**
   * Activities of a former execution stay until they are acked or cancelled.
   *
   * <p><b>Shape:</b> an activity of execution 1 is fetched and completes during execution 2; the
   * completion is delivered; another one of execution 1 stays queued meanwhile.
   */
  @Rule("MULTI-08")
  void activitiesOutliveTheirExecution(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    ActivityItem held = store.second().fetchActivity(1);
    first.poke("order");
    first
        .turn(first.fetchOne("order"))
        .status(ExecutionStatus.CONTINUED_AS_NEW)
        .send(Sample.start("order", Sample.NAME, null))
        .apply();
    first.turn(first.fetchOne("order")).execution(2).event(1).apply();

    store.second().renew(held, store.lockFor());
    OrchestratorMessage completion = store.second().complete(held);
    OrchestrationItem item = first.fetchOne("order");
    Batch.expect("A completion of execution 1 was not delivered.", item, completion);
    Expect.equal("The completion did not come to the next execution.", 2L, item.executionId());
    ActivityItem other = store.second().fetchActivity(2);
    Expect.equal(
        "An activity of execution 1 has changed.", Sample.activity("order", 1, 2), other.task());
  }

  private static List<HistoryEvent> eventsOf(long execution, long count) {
    return LongStream.rangeClosed(1, count).mapToObj(id -> event(execution, id)).toList();
  }

  private static HistoryEvent event(long execution, long eventId) {
    return new HistoryEvent(
        eventId,
        "happened",
        Payload.utf8("event " + eventId + " of execution " + execution),
        Sample.RECORDED_AT.plusSeconds(execution));
  }
}
