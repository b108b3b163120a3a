// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.rules.ChangeCarrier.Answer;
import dev.holdfast.tck.rules.ChangeKind.Subject;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Changes on their way to the store: what a disturbance leaves. */
@RuleFamily("CHANGE")
final class ChangeFaultRules {

  private static final int KILLS = 3;
  private static final int MOST_LINES = 40;

  /**
   * An orchestration ack and its changes are one commit.
   *
   * <p><b>Shape:</b> the ack with a change of every kind, disturbed at and around every statement
   * and commit, then the same ack again: event and changes are there, once.
   */
  @Rule("CHANGE-02")
  void aTurnAndItsChangesAreOneCommit(StoreUnderTest store) {
    disturb(store, ChangeWay.TURN);
  }

  /**
   * An activity ack and its changes are one commit.
   *
   * <p><b>Shape:</b> as for turns, single and in a list: completion and changes are there, once.
   */
  @Rule("CHANGE-03")
  void anActivityAndItsChangesAreOneCommit(StoreUnderTest store) {
    disturb(store, ChangeWay.ACTIVITY);
  }

  /**
   * After an unknown outcome a repeat is safe.
   *
   * <p><b>Shape:</b> apply, with changes that have ids, disturbed everywhere, then the same call
   * again: each is there once.
   */
  @Rule("CHANGE-18")
  void aRepeatIsSafe(StoreUnderTest store) {
    disturb(store, ChangeWay.APPLY);
  }

  private static void disturb(StoreUnderTest store, ChangeWay way) {
    ChangeCarrier.requireDeclared(store);
    for (Place place : Place.values()) {
      disturb(store, way, place, Moment.BEFORE, Kind.CONTENTION);
      disturb(store, way, place, Moment.BEFORE, Kind.CONNECTION_LOST);
      disturb(store, way, place, Moment.AFTER, Kind.CONNECTION_LOST);
    }
  }

  private static void disturb(
      StoreUnderTest store, ChangeWay way, Place place, Moment moment, Kind kind) {
    DisturbedCall.everywhere(
        store,
        under -> call(under, way),
        number -> new Fault(place, number, moment, kind),
        ChangeFaultRules::expectRetryable);
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  private static DisturbedCall call(StoreUnderTest store, ChangeWay way) {
    ChangeCarrier carrier = ChangeCarrier.on(store, way);
    List<Subject> subjects =
        ChangeKind.declared(store).stream().map(kind -> kind.subject(store)).toList();
    List<Change> changes = new ArrayList<>();
    subjects.forEach(subject -> changes.add(subject.nextRecognised()));
    subjects.forEach(subject -> changes.add(subject.nextRecognised()));
    List<String> ids = new ArrayList<>(carrier.instances());
    subjects.forEach(subject -> ids.add(subject.id()));
    return new DisturbedCall(
        operation(way),
        Form.SINGLE,
        ids,
        () -> carrier.carry(changes),
        answer -> {
          Answer told = (Answer) answer;
          Expect.that("A call was refused that is right.", "applied", told, told.error() == null);
          subjects.forEach(
              subject -> subject.expectApplied("Changes are not there, each once.", changes));
          expectOwnPart(store, carrier);
        });
  }

  private static String operation(ChangeWay way) {
    return way == ChangeWay.APPLY
        ? "apply"
        : way.isTurn() ? "ackOrchestrationItem" : "ackActivityItem";
  }

  private static void expectOwnPart(StoreUnderTest store, ChangeCarrier carrier) {
    for (String id : carrier.instances()) {
      if (carrier.way().isTurn()) {
        Expect.equal(
            "The turn is not there beside its changes.", 1, store.second().history(id, 1).size());
      } else {
        Expect.equal(
            "The completion is not there, once, beside the changes.",
            1,
            MessageChanges.taken(store.second(), id).size());
        store.second().fetchNoActivity("An activity came again although its changes are there.");
      }
    }
  }

  /**
   * What was answered is in the store.
   *
   * <p><b>Shape:</b> a child JVM with several threads applies lists of two starts and says which
   * have returned; it is killed after some of them, many rounds: those are there, and of the others
   * both starts or none.
   */
  @Rule("CHANGE-17")
  void whatWasAnsweredIsInTheStore(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    CrashTarget target = store.crashTarget();
    Set<String> told = new TreeSet<>();
    for (int round = 0; round < store.rounds(KILLS); round++) {
      try (ChildJvm child = ChildJvm.start(target, Task.CHANGE, "kill" + round + "-")) {
        int lines = 1 + store.random().nextInt(MOST_LINES);
        for (int n = 0; n < lines; n++) {
          told.add(child.line("applied").strip());
        }
        child.kill();
      }
    }
    store.catchUpWithOtherJvms();
    Set<String> one = new TreeSet<>();
    Set<String> other = new TreeSet<>();
    Handle first = store.first();
    for (List<OrchestrationItem> items = first.fetch(Handle.ALL);
        !items.isEmpty();
        items = first.fetch(Handle.ALL)) {
      for (OrchestrationItem item : items) {
        String id = item.instanceId();
        (id.endsWith("a") ? one : other).add(id.substring(0, id.length() - 1));
      }
    }
    Expect.equal("Of a list one half is there.", one, other);
    told.removeAll(one);
    Expect.none("What was answered is not in the store.", told);
  }
}
