// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which of many instances have ended. */
@RuleFamily("ENDED")
final class EndedRules {

  private static final int MANY = 1_000;

  /**
   * The answer has the ended instances, with how they ended, and no others.
   *
   * <p><b>Shape:</b> unknown, queued, running, continued as new, completed, failed, ended in a
   * second execution, running again in a second one, ended without events or name, ended by an ack
   * that was rejected; asked for together and one by one, through both handles and after reopening.
   */
  @Rule("ENDED-01")
  void theAnswerHasTheEndedOnesAndNoOthers(StoreUnderTest store) {
    Handle first = store.first();
    first.create("running");
    end(first, "continued", 1, ExecutionStatus.CONTINUED_AS_NEW);
    List<EndedInstance> expected = new ArrayList<>();
    expected.add(end(first, "completed", 1, ExecutionStatus.COMPLETED));
    expected.add(end(first, "failed", 1, ExecutionStatus.FAILED));
    end(first, "twice", 1, ExecutionStatus.COMPLETED);
    end(first, "again", 1, ExecutionStatus.COMPLETED);
    Expect.equal(
        "Ended instances are not told.",
        2,
        read(first, List.of("twice", "again", "queued")).size());
    expected.add(end(first, "twice", 2, ExecutionStatus.FAILED));
    end(first, "again", 2, ExecutionStatus.RUNNING);
    first.enqueue(Sample.start("bare", "flow", null));
    first.turn(first.fetchOne("bare")).status(ExecutionStatus.COMPLETED).apply();
    expected.add(new EndedInstance("bare", 1, ExecutionStatus.COMPLETED, null, null));
    first.create("rejected");
    first.poke("rejected");
    OrchestrationItem item = first.fetchOne("rejected");
    first
        .turn(item)
        .event(5)
        .event(4)
        .status(ExecutionStatus.COMPLETED)
        .reject("Events out of order were taken.", ProviderError.InvalidRequest.class);

    first.start("queued");
    List<String> all =
        List.of(
            "unknown",
            "queued",
            "running",
            "continued",
            "completed",
            "failed",
            "twice",
            "again",
            "bare",
            "rejected",
            "COMPLETED",
            "completed ");
    expectEnded(store, expected, all);
    for (EndedInstance one : expected) {
      expectEnded(store, List.of(one), List.of(one.instanceId()));
    }
    store.reopen();
    expectEnded(store, expected, all);
  }

  private static void expectEnded(
      StoreUnderTest store, List<EndedInstance> expected, List<String> ids) {
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal("Which instances have ended is wrong.", sorted(expected), read(handle, ids));
    }
  }

  /** Acks an execution with one event, and returns what is to be told of it. */
  private static EndedInstance end(
      Handle handle, String id, long executionId, ExecutionStatus status) {
    handle.enqueue(Sample.start(id, "flow", null));
    HistoryEvent event = Sample.event(7);
    handle
        .turn(handle.fetchOne(id))
        .execution(executionId)
        .name("flow of " + id)
        .events(List.of(event))
        .status(status)
        .apply();
    ExecutionStatus told = EndedInstance.isEnd(status) ? status : ExecutionStatus.COMPLETED;
    return new EndedInstance(id, executionId, told, "flow of " + id, event);
  }

  static List<EndedInstance> read(Handle handle, List<String> ids) {
    return sorted(handle.provider().readEnded(new EndedRead(ids, Duration.ZERO)));
  }

  private static List<EndedInstance> sorted(List<EndedInstance> ended) {
    return ended.stream().sorted(Comparator.comparing(EndedInstance::instanceId)).toList();
  }

  /**
   * Reading which have ended changes nothing and waits for no lock.
   *
   * <p><b>Shape:</b> instances and an activity, queued, locked and ended; all are asked for, also
   * while their locks are held; the store is the same as before, locks live on, and a fetch
   * delivers as if nothing had been asked.
   */
  @Rule("ENDED-03")
  void readingWhichHaveEndedChangesNothing(StoreUnderTest store) {
    Handle first = store.first();
    end(first, "ended", 1, ExecutionStatus.COMPLETED);
    first.create("held");
    first.poke("held");
    OrchestrationItem held = first.fetchOne("held");
    first.poke("ended");
    first.start("queued");
    List<String> ids = List.of("ended", "held", "queued");
    Snapshot before = store.snapshot("ended", "held", "queued");
    for (Handle handle : List.of(first, store.second())) {
      read(handle, ids);
    }
    store.expectUnchanged("Reading which have ended changed something.", before);
    first.turn(held).event(held.history().lastEventId() + 1).apply();
    for (OrchestrationItem item : store.second().fetch(Handle.ALL)) {
      Expect.equal("Reading an end counted a delivery.", 1, item.deliveryCount());
    }
  }

  /**
   * One read costs the same number of statements for one instance and for a thousand.
   *
   * <p><b>Shape:</b> a thousand ended instances and a running one; statements and round trips are
   * counted for one and for all.
   */
  @Rule("ENDED-04")
  void aThousandCostAsManyStatementsAsOne(StoreUnderTest store) {
    StatementCounter counter = store.statements();
    Handle first = store.first();
    end(first, "one", 1, ExecutionStatus.COMPLETED);
    List<String> ids = new ArrayList<>(IntStream.range(1, MANY).mapToObj(i -> "i" + i).toList());
    ids.add("one");
    read(first, ids);
    Traffic start = counter.soFar();
    read(first, List.of("one"));
    Traffic one = counter.soFar().since(start);
    start = counter.soFar();
    read(first, ids);
    Traffic many = counter.soFar().since(start);
    Expect.atMost(
        "Reading the ends of many instances takes more statements than reading that of one.",
        one.statements(),
        many.statements());
  }

  /**
   * What cannot be asked is refused, and nothing asked is answered at once.
   *
   * <p><b>Shape:</b> ids that are empty or too long, too many ids, a negative wait; no ids with a
   * long wait; one id twice.
   */
  @Rule("ENDED-05")
  void whatCannotBeAskedIsRefused(StoreUnderTest store) {
    Handle first = store.first();
    EndedInstance ended = end(first, "ended", 1, ExecutionStatus.FAILED);
    for (String bad : List.of("", "x".repeat(257))) {
      Expect.invalid("A malformed id was accepted.", () -> read(first, List.of("ended", bad)));
    }
    List<String> tooMany =
        IntStream.rangeClosed(0, EndedRead.MAX_INSTANCES).mapToObj(i -> "i" + i).toList();
    Expect.invalid("Too many ids were accepted.", () -> read(first, tooMany));
    Expect.invalid(
        "A negative wait was accepted.",
        () -> first.provider().readEnded(new EndedRead(List.of("ended"), Duration.ofNanos(-1))));
    Expect.none(
        "Nothing was asked, and something answered.",
        Parked.beginning(
                () -> first.provider().readEnded(new EndedRead(List.of(), Waiters.longWait(store))))
            .within("A question for nothing waits.", store.pace().prompt()));
    Expect.equal(
        "An id that was named twice is not answered once.",
        List.of(ended),
        read(first, Collections.nCopies(3, "ended")));
    Expect.equal(
        "The most ids of one call were not answered.",
        List.of(ended),
        read(first, with(tooMany.subList(2, EndedRead.MAX_INSTANCES + 1), "ended")));
  }

  private static List<String> with(List<String> ids, String last) {
    List<String> all = new ArrayList<>(ids);
    all.add(last);
    return all;
  }

  /**
   * Instances that have not ended, damaged ones too, hide the end of no other.
   *
   * <p><b>Shape:</b> of two ended instances one is locked again; a running one is locked, one has a
   * damaged history and one a damaged row where the fixture can damage; the ends are told.
   */
  @Rule("ENDED-06")
  void othersHideNoEnd(StoreUnderTest store) {
    Handle first = store.first();
    EndedInstance one = end(first, "one", 1, ExecutionStatus.COMPLETED);
    EndedInstance two = end(first, "two", 1, ExecutionStatus.FAILED);
    first.poke("two");
    first.fetchOne("two");
    first.create("locked");
    first.poke("locked");
    first.fetchOne("locked");
    end(first, "running", 1, ExecutionStatus.RUNNING);
    end(first, "row", 1, ExecutionStatus.RUNNING);
    store
        .whiteBoxIfOffered()
        .ifPresent(box -> {
          box.corrupt(RowKind.EVENT, "running");
          box.corrupt(RowKind.INSTANCE, "row");
        });
    for (Handle handle : List.of(first, store.second())) {
      Expect.equal(
          "An instance that has not ended hides an end.",
          List.of(one, two),
          read(handle, List.of("running", "row", "locked", "unknown", "two", "one")));
    }
  }

  /**
   * An end whose last event is damaged is told without it.
   *
   * <p><b>Shape:</b> three ended instances, the event of one is damaged; all ends are told.
   */
  @Rule("ENDED-07")
  void aDamagedEventHidesNoEnd(StoreUnderTest store) {
    Handle first = store.first();
    EndedInstance one = end(first, "one", 1, ExecutionStatus.COMPLETED);
    EndedInstance two = end(first, "two", 1, ExecutionStatus.COMPLETED);
    EndedInstance broken = end(first, "broken", 1, ExecutionStatus.FAILED);
    store.whiteBox().corrupt(RowKind.EVENT, "broken");
    EndedInstance told = new EndedInstance("broken", 1, broken.status(), broken.name(), null);
    for (Handle handle : List.of(first, store.second())) {
      Expect.equal(
          "A damaged event hides an end.",
          sorted(List.of(one, told, two)),
          read(handle, List.of("broken", "two", "one")));
    }
  }
}
