// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.ChangeCarrier.Answer;
import dev.holdfast.tck.rules.ChangeKind.Misfit;
import dev.holdfast.tck.rules.ChangeKind.Subject;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Changes that do not fit, and repeats. */
@RuleFamily("CHANGE")
final class ChangeRefusalRules {

  /** The first, the middle and the last of five. */
  private static final List<Integer> PLACES = List.of(0, 2, 4);

  /**
   * What does not fit refuses the whole call.
   *
   * <p><b>Shape:</b> every way, each kind, each way not to fit, at the first, the middle and the
   * last of five, and a part of the ack that does not fit: nothing is written, and the corrected
   * call under the same token is applied.
   */
  @Rule("CHANGE-04")
  void aMisfitRefusesTheWholeCall(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      for (ChangeKind kind : ChangeKind.declared(store)) {
        expectMisfitsRefused(store, ChangeCarrier.on(store, way), kind.subject(store));
      }
    }
  }

  /**
   * The error says which change does not fit.
   *
   * <p><b>Shape:</b> every way, each kind, each way not to fit, at the first, the middle and the
   * last of five: its place and what it is about; a part of the ack that does not fit has no place.
   */
  @Rule("CHANGE-05")
  void theErrorSaysWhichChangeDoesNotFit(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      for (ChangeKind kind : ChangeKind.declared(store)) {
        ChangeCarrier carrier = ChangeCarrier.on(store, way);
        Subject subject = kind.subject(store);
        List<Change> good = good(subject);
        for (Misfit misfit : subject.misfits()) {
          for (int place : PLACES) {
            Permanent error =
                carrier
                    .carry(with(misfit, place, good))
                    .refused("A list with " + misfit.why() + " was taken.", Permanent.class);
            Expect.equal("The error names another place.", place, error.changeIndex());
            Expect.equal(
                "The error is about another.", misfit.change().runId(), error.instanceId());
          }
        }
        if (way.isAck()) {
          Permanent error =
              carrier
                  .carryWithBadPart(good)
                  .refused("An ack with a bad part was taken.", Permanent.class);
          Expect.equal("An error about no change has a place.", null, error.changeIndex());
        }
      }
    }
  }

  private static List<Change> good(Subject subject) {
    return List.of(subject.next(), subject.next(), subject.next(), subject.next());
  }

  private static List<Change> with(Misfit misfit, int place, List<Change> good) {
    List<Change> list = new ArrayList<>(good);
    list.add(place, misfit.change());
    return list;
  }

  private static void expectMisfitsRefused(
      StoreUnderTest store, ChangeCarrier carrier, Subject subject) {
    ChangeWay way = carrier.way();
    List<Change> good = good(subject);
    if (way.isInList()) {
      // The other ack of the list is applied, whatever this one is.
      carrier.carryWithBadPart(List.of());
    }
    Snapshot before = store.snapshot(ids(carrier, subject));
    for (Misfit misfit : subject.misfits()) {
      for (int place : PLACES) {
        carrier
            .carry(with(misfit, place, good))
            .refused("A list with " + misfit.why() + " was taken.", misfit.error());
      }
      store.expectUnchanged("A refused list has written something.", before);
    }
    if (way.isAck()) {
      carrier.carryWithBadPart(good).refused("An ack with a bad part was taken.", Permanent.class);
      store.expectUnchanged("A refused ack has written its changes.", before);
    }
    carrier.carry(good).applied("The corrected call is refused.");
    subject.expectApplied("Not the corrected call was applied.", good);
  }

  private static String[] ids(ChangeCarrier carrier, Subject subject) {
    return Stream.concat(carrier.instances().stream(), Stream.of(subject.id()))
        .toArray(String[]::new);
  }

  /**
   * A payload over the limit is refused like any other misfit.
   *
   * <p><b>Shape:</b> alone and in an ack, each kind, in each of its payloads, behind a good change:
   * InvalidRequest at its place.
   */
  @Rule("CHANGE-05")
  void aPayloadOverTheLimitIsRefusedAtItsPlace(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    int limit = store.first().provider().info().limits().maxPayloadBytes();
    Payload tooLarge = Payload.of(new byte[limit + 1]);
    for (ChangeWay way : List.of(ChangeWay.APPLY, ChangeWay.TURN)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      store.first().create("receiver " + way);
      for (Subject subject : ChangeKind.subjects(store)) {
        for (Change large : subject.overTheLimit(tooLarge)) {
          InvalidRequest error =
              carrier
                  .carry(List.of(MessageChanges.send("receiver " + way, "good"), large))
                  .refused("A payload over the limit was taken.", InvalidRequest.class);
          Expect.equal("The error names another place.", 1, error.changeIndex());
        }
        subject.expectApplied("A refused list has written something.", List.of());
      }
      Expect.equal(
          "A refused list has written something.",
          List.of(),
          MessageChanges.taken(store.second(), "receiver " + way));
    }
  }

  /**
   * A repeated ack is recognised, and its changes are not looked at.
   *
   * <p><b>Shape:</b> both kinds of ack, single and in a list, with a change of each kind; repeated
   * at once, through B, with changes that do not fit, and with others: AlreadyApplied, or for an
   * activity LockLost once its completion is gone; nothing more is there.
   */
  @Rule("CHANGE-08")
  void aRepeatedAckIsRecognised(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      if (!way.isAck()) {
        continue;
      }
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      List<Subject> subjects = ChangeKind.subjects(store);
      List<Change> changes = new ArrayList<>();
      subjects.forEach(subject -> changes.add(subject.next()));
      carrier.carry(changes).applied("A list that fits was refused.");
      List<List<Change>> repeats = new ArrayList<>(List.of(changes, List.of()));
      for (Subject subject : subjects) {
        repeats.add(List.of(subject.misfits().get(0).change()));
        repeats.add(List.of(subject.next()));
      }
      for (Handle handle : List.of(store.first(), store.second())) {
        for (List<Change> repeat : repeats) {
          Answer answer = carrier.carry(handle, repeat);
          Expect.that("A repeat was not recognised.", "AlreadyApplied", answer, answer.isRepeat());
        }
      }
      subjects.forEach(subject -> subject.expectApplied("A repeat changed something.", changes));
    }
  }

  /**
   * In list forms each ack is whole with its changes.
   *
   * <p><b>Shape:</b> both queues, each kind: three acks with changes about one subject, all good,
   * then the second with a misfit, then with a lost lock; what is there is that of the applied
   * ones, in list order; a third one that builds on the second is then a conflict; the whole list
   * is repeated.
   */
  @Rule("CHANGE-14")
  void inListsEachAckIsWhole(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (Flaw flaw : Flaw.values()) {
      for (boolean turns : List.of(true, false)) {
        for (ChangeKind kind : ChangeKind.declared(store)) {
          ChangeCarrier.takeAll(store.first());
          expectEachWhole(store, kind, turns, flaw);
        }
      }
    }
  }

  private enum Flaw {
    NONE,
    MISFIT,
    LOST
  }

  private static void expectEachWhole(
      StoreUnderTest store, ChangeKind kind, boolean turns, Flaw flaw) {
    Handle first = store.first();
    List<OrchestrationItem> items = new ArrayList<>();
    List<ActivityItem> activities = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      if (turns) {
        items.add(ChangeCarrier.lockedTurn(store));
      } else {
        activities.add(ChangeCarrier.lockedActivity(store));
      }
    }
    Subject subject = kind.subject(store);
    List<Change> good = List.of(subject.next(), subject.next(), subject.next());
    if (flaw == Flaw.LOST && turns) {
      first.abandon(items.get(1));
    } else if (flaw == Flaw.LOST) {
      first.abandon(activities.get(1));
    }
    List<List<Change>> lists = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      lists.add(
          n == 1 && flaw == Flaw.MISFIT
              ? List.of(good.get(n), subject.misfits().get(0).change())
              : List.of(good.get(n)));
    }
    List<AckResult> results = acked(first, items, activities, lists);
    List<Change> applied = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      if (n == 1 && flaw != Flaw.NONE) {
        Permanent error = Expect.rejected("A bad ack was taken.", Permanent.class, results.get(n));
        Expect.equal(
            "The error names another place.", flaw == Flaw.MISFIT ? 1 : null, error.changeIndex());
      } else if (n == 2 && flaw != Flaw.NONE && kind.isChained()) {
        Expect.rejected(
            "The changes of a refused ack were there for the next one.",
            VersionConflict.class,
            results.get(n));
      } else {
        AckResult.Applied one =
            Expect.applied("An ack was refused because of another one.", results.get(n));
        Expect.equal("An ack has not one result for its change.", 1, one.results().size());
        subject.expectResult(
            "The result is not that of the ack.", good.get(n), one.results().get(0), false);
        applied.add(good.get(n));
      }
    }
    if (flaw == Flaw.NONE) {
      acked(store.second(), items, activities, lists)
          .forEach(result -> Expect.alreadyApplied("A repeat was not recognised.", result));
    }
    subject.expectApplied("Changes are not those of the applied acks, in list order.", applied);
  }

  private static List<AckResult> acked(
      Handle handle,
      List<OrchestrationItem> items,
      List<ActivityItem> activities,
      List<List<Change>> lists) {
    if (!items.isEmpty()) {
      List<OrchestrationAck> acks = new ArrayList<>();
      for (int n = 0; n < items.size(); n++) {
        acks.add(handle.turn(items.get(n)).event(1).build().withChanges(lists.get(n)));
      }
      return handle.provider().ackOrchestrationItems(acks);
    }
    List<ActivityAck> acks = new ArrayList<>();
    for (int n = 0; n < activities.size(); n++) {
      ActivityItem item = activities.get(n);
      acks.add(ActivityAck.of(item.lockToken(), Sample.completion(item)).withChanges(lists.get(n)));
    }
    return handle.provider().ackActivityItems(acks);
  }
}
