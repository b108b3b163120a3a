// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.rules.ChangeCarrier.Answer;
import dev.holdfast.tck.rules.ChangeKind.Subject;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Changes on their way to the store: what a disturbance leaves. */
@RuleFamily("CHANGE")
final class ChangeFaultRules {

  private static final int AT_ONCE = 3;

  /**
   * An orchestration ack and its changes are one commit.
   *
   * <p><b>Shape:</b> the ack with a change of every kind, disturbed at and around every commit, and
   * with a few kinds at a time at and around every statement, then the same ack again: event and
   * changes are there, once.
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
   * <p><b>Shape:</b> apply, with changes that are recognised, and for each other kind with one that
   * is not, disturbed everywhere, then the same call again: each is there once; what has a version
   * and is there is refused, and the version found is that behind the seen one.
   */
  @Rule("CHANGE-18")
  void aRepeatIsSafe(StoreUnderTest store) {
    disturb(store, ChangeWay.APPLY);
  }

  private static void disturb(StoreUnderTest store, ChangeWay way) {
    ChangeCarrier.requireDeclared(store);
    for (List<ChangeKind> kinds : lists(store, way)) {
      disturb(store, way, kinds, number -> contention(Place.COMMIT, number));
      disturb(store, way, kinds, number -> lost(Place.COMMIT, number, Moment.BEFORE));
      disturb(store, way, kinds, number -> lost(Place.COMMIT, number, Moment.AFTER));
      for (List<ChangeKind> few : inPieces(store, kinds)) {
        // There are many statements, so each meets one of the three.
        disturb(
            store,
            way,
            few,
            number ->
                switch (store.random().nextInt(3)) {
                  case 0 -> contention(Place.STATEMENT, number);
                  case 1 -> lost(Place.STATEMENT, number, Moment.BEFORE);
                  default -> lost(Place.STATEMENT, number, Moment.AFTER);
                });
      }
    }
  }

  /**
   * A few kinds at a time, others in each run: for each statement the work of all kinds of its list
   * is made and looked at, so that one list of them all takes the square of their number.
   */
  private static List<List<ChangeKind>> inPieces(StoreUnderTest store, List<ChangeKind> kinds) {
    List<ChangeKind> shuffled = new ArrayList<>(kinds);
    Collections.shuffle(shuffled, store.random());
    List<List<ChangeKind>> pieces = new ArrayList<>();
    for (int from = 0; from < shuffled.size(); from += AT_ONCE) {
      pieces.add(shuffled.subList(from, Math.min(shuffled.size(), from + AT_ONCE)));
    }
    return pieces;
  }

  private static Fault contention(Place place, int number) {
    return new Fault(place, number, Moment.BEFORE, Kind.CONTENTION);
  }

  private static Fault lost(Place place, int number, Moment moment) {
    return new Fault(place, number, moment, Kind.CONNECTION_LOST);
  }

  /** What goes together: in acks everything, alone what is recognised, and each other kind. */
  private static List<List<ChangeKind>> lists(StoreUnderTest store, ChangeWay way) {
    List<ChangeKind> declared = ChangeKind.declared(store);
    if (way.isAck()) {
      return List.of(declared);
    }
    List<List<ChangeKind>> lists = new ArrayList<>();
    lists.add(declared.stream().filter(kind -> kind.refusalOfRepeats() == null).toList());
    declared.stream()
        .filter(kind -> kind.refusalOfRepeats() != null)
        .forEach(kind -> lists.add(List.of(kind)));
    return lists;
  }

  private static void disturb(
      StoreUnderTest store, ChangeWay way, List<ChangeKind> kinds, IntFunction<Fault> fault) {
    DisturbedCall.everywhere(
        store, under -> call(under, way, kinds), fault, ChangeFaultRules::expectRetryable);
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  private static DisturbedCall call(StoreUnderTest store, ChangeWay way, List<ChangeKind> kinds) {
    ChangeCarrier carrier = ChangeCarrier.on(store, way);
    List<Subject> subjects = kinds.stream().map(kind -> kind.subject(store)).toList();
    List<Change> changes = new ArrayList<>();
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
          expectTrue(told, way.isAck() ? null : kinds.get(0).refusalOfRepeats());
          subjects.forEach(
              subject -> subject.expectApplied("Changes are not there, each once.", changes));
          expectOwnPart(store, carrier);
        });
  }

  /** A call is applied, or refused as the repeat of one that was. */
  private static void expectTrue(Answer told, @Nullable Class<? extends Permanent> repeat) {
    Permanent error = told.error();
    if (error == null) {
      return;
    }
    Expect.that(
        "A call was refused that is right.",
        "applied",
        told,
        repeat != null && repeat.isInstance(error));
    if (error instanceof VersionConflict conflict && conflict.expectedVersion() > 0) {
      Expect.equal(
          "A repeat does not find the version that it made.",
          conflict.expectedVersion() + 1,
          conflict.foundVersion());
    }
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
}
