// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.ChangeCarrier.Answer;
import dev.holdfast.tck.rules.ChangeKind.Subject;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What changes do, on every way. */
@RuleFamily("CHANGE")
final class ChangeRules {

  private static final int FEWEST = 1_000;
  private static final int FEW = 5;

  /**
   * Changes are offered if and only if they are declared, kind by kind.
   *
   * <p><b>Shape:</b> the capability on both handles; each kind that is not declared, on every way:
   * NotSupported at its place, and the ack without it is applied under the same token; a fence of a
   * kind that is not declared.
   */
  @Rule("CHANGE-01")
  void changesAreOfferedAsDeclared(StoreUnderTest store) {
    boolean declared = store.declares(Feature.CHANGES);
    for (Handle handle : List.of(store.first(), store.second())) {
      Optional<Changes> found = handle.provider().capability(Changes.class);
      Expect.equal("Changes are not offered as they are declared.", declared, found.isPresent());
    }
    for (ChangeKind kind : ChangeKind.ALL) {
      if (declared && store.declares(kind.feature())) {
        continue;
      }
      for (ChangeWay way : ChangeWay.all(store)) {
        ChangeCarrier carrier = ChangeCarrier.on(store, way);
        Answer answer = carrier.carry(List.of(kind.any("somebody")));
        answer.refused("A change whose feature is not declared was taken.", NotSupported.class);
        carrier.carry(List.of()).applied("After a refused change the ack without it is refused.");
      }
    }
    if (declared && !store.declares(Feature.LEASES)) {
      Expect.thrown(
          "A fence whose feature is not declared was taken.",
          NotSupported.class,
          () -> ChangeCarrier.calls(store.first()).apply(List.of(), new LeaseToken("report", 1)));
    }
  }

  /**
   * Changes apply in list order, and each sees the earlier ones.
   *
   * <p><b>Shape:</b> every way: changes of each kind, in turn, are there in their order; a message
   * id that is used twice in one list adds nothing the second time, and with other content refuses
   * all, in whatever order.
   */
  @Rule("CHANGE-06")
  void changesApplyInListOrder(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      Subject subject = new MessageChanges().subject(store);
      String id = subject.id();
      SendMessage once = new SendMessage(MessageChanges.identified(id, "id", "once"));
      SendMessage other = new SendMessage(MessageChanges.identified(id, "id", "other"));
      List<Change> crossed = List.of(subject.next(), once, subject.next(), other);
      carrier.carry(crossed).refused("A later change does not see an earlier one.", refusal());

      List<Change> list = List.of(subject.next(), once, subject.next(), once, subject.next());
      List<ChangeResult> results = carrier.carry(list).applied("A list that fits was refused.");
      Expect.equal(
          "A later change does not see an earlier one.",
          List.of(sent(true), sent(true), sent(true), sent(false), sent(true)),
          results);
      List<Change> there = new ArrayList<>(list);
      there.remove(3);
      subject.expectApplied("Changes were not applied in list order.", there);
    }
  }

  /**
   * A change that was applied is there for what stands behind it in the list.
   *
   * <p><b>Shape:</b> every way, each kind: one change twice, which is refused at the second place
   * or recognised; changes that build on each other, in the wrong order.
   */
  @Rule("CHANGE-06")
  void aLaterChangeSeesTheEarlierOnes(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      for (ChangeKind kind : ChangeKind.declared(store)) {
        ChangeCarrier carrier = ChangeCarrier.on(store, way);
        Subject subject = kind.subject(store);
        Change one = subject.nextRecognised();
        Class<? extends Permanent> refusal = kind.refusalOfRepeats();
        if (refusal != null) {
          Permanent error =
              carrier
                  .carry(List.of(one, one))
                  .refused("A later change does not see an earlier one.", refusal);
          Expect.equal("The error names another place.", 1, error.changeIndex());
        }
        List<Change> list = new ArrayList<>(List.of(one, subject.next(), subject.next()));
        if (kind.isChained()) {
          Permanent error =
              carrier
                  .carry(list.reversed())
                  .refused("The end of a list came before its begin.", VersionConflict.class);
          Expect.equal("The error names another place.", 0, error.changeIndex());
        }
        if (refusal == null) {
          list.add(1, one);
        }
        carrier.carry(list).applied("A list that fits was refused.");
        if (refusal == null) {
          list.remove(1);
        }
        subject.expectApplied("Changes were not applied in list order.", list);
      }
    }
  }

  private static Class<IdempotencyMismatch> refusal() {
    return IdempotencyMismatch.class;
  }

  private static ChangeResult sent(boolean stored) {
    return new MessageSent(stored);
  }

  /**
   * There is one result per change, in order, beside claims too.
   *
   * <p><b>Shape:</b> every way: subjects of each kind, taken in turn, twice each: each result is
   * that of its change, and the last one of each subject says what a read says.
   */
  @Rule("CHANGE-07")
  void thereIsOneResultPerChange(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      List<Subject> subjects = ChangeKind.subjects(store);
      List<Change> list = new ArrayList<>();
      for (int n = 0; n < 2; n++) {
        subjects.forEach(subject -> list.add(subject.next()));
      }
      List<ChangeResult> results = carrier.carry(list).applied("A list that fits was refused.");
      Expect.equal("Not every change has a result.", list.size(), results.size());
      for (int n = 0; n < list.size(); n++) {
        subjects
            .get(n % subjects.size())
            .expectResult(
                "A result is not that of its change: " + n + ".",
                list.get(n),
                results.get(n),
                n >= subjects.size());
      }
      subjects.forEach(subject -> subject.expectApplied("Not what was answered is there.", list));
    }
  }

  /**
   * Claims are what they are without changes.
   *
   * <p><b>Shape:</b> a turn schedules two activities and claims them, an activity ack claims its
   * instance, each with a change: the claimed items, and the results.
   */
  @Rule("CHANGE-07")
  void claimsComeWithResults(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    if (!store.declares(Feature.EAGER_DISPATCH)) {
      return;
    }
    Handle first = store.first();
    first.create("receiver");
    OrchestrationItem turn = ChangeCarrier.lockedTurn(store);
    OrchestrationAck ack =
        first
            .turn(turn)
            .activities(1, 2)
            .eager(Claims.activities(2, store.lockFor()))
            .build()
            .withChanges(List.of(MessageChanges.send("receiver", "one")));
    AckResult.Applied applied = Expect.applied(first.provider().ackOrchestrationItem(ack));
    Expect.equal("Results are missing.", List.of(sent(true)), applied.results());
    Expect.equal("Claims are missing.", 2, applied.eagerActivities().size());

    ActivityItem activity = applied.eagerActivities().get(0);
    ActivityAck done =
        new ActivityAck(
            activity.lockToken(),
            Sample.completion(activity),
            Claims.instance(store.lockFor()),
            List.of(MessageChanges.send("receiver", "two")));
    applied = Expect.applied(first.provider().ackActivityItem(done));
    Expect.equal("Results are missing.", List.of(sent(true)), applied.results());
    OrchestrationItem claimed = applied.eagerInstance();
    if (claimed == null) {
      throw Expect.violation("A free instance was not claimed.", turn.instanceId(), null);
    }
    Batch.expect("A claimed batch is not the completion.", claimed, Sample.completion(activity));
    OrchestrationItem receiver = first.fetchOne("receiver");
    Batch.expect(
        "Changes beside claims are not there.",
        receiver,
        Sample.message("receiver", "one"),
        Sample.message("receiver", "two"));
  }

  /**
   * Apply without a fence does not look at locks.
   *
   * <p><b>Shape:</b> A holds the instance; B applies a change to it, which returns; the lock is as
   * it was, A's ack is applied, and the change comes with the next batch.
   */
  @Rule("CHANGE-12")
  void aLockGuardsTurnsAndNotRows(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    OrchestrationItem held = ChangeCarrier.lockedTurn(store);
    Change change = MessageChanges.send(held.instanceId(), "meanwhile");
    Expect.equal(
        "A change to a locked instance is not applied.",
        List.of(sent(true)),
        ChangeCarrier.calls(store.second()).apply(List.of(change)));
    store.second().fetchNone("A locked instance was delivered.");
    store.first().turn(held).apply();
    Expect.equal(
        "A change to a locked instance is not there behind the turn.",
        List.of(((SendMessage) change).message().body()),
        MessageChanges.taken(store.second(), held.instanceId()).stream()
            .map(message -> message.body())
            .toList());
  }

  /**
   * A change may name any instance.
   *
   * <p><b>Shape:</b> every way: instances that are known, locked, unknown; the ack of an instance
   * that has no row yet.
   */
  @Rule("CHANGE-13")
  void aChangeMayNameAnyInstance(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      OrchestrationItem held = ChangeCarrier.lockedTurn(store);
      String unknown = "unknown " + store.nextNumber();
      carrier
          .carry(
              List.of(
                  MessageChanges.send(held.instanceId(), "to a locked one"),
                  new SendMessage(Sample.start(unknown, Sample.NAME, Sample.VERSION))))
          .applied("A change to another instance was refused.");
      Expect.equal(
          "A change to an unknown instance is not there.",
          1,
          MessageChanges.taken(store.second(), unknown).size());
      store.first().finish(held);
      Expect.equal(
          "A change to a locked instance is not there.",
          1,
          MessageChanges.taken(store.second(), held.instanceId()).size());
    }
    Handle first = store.first();
    ChangeCarrier.takeAll(first);
    first.start("rowless");
    OrchestrationAck ack =
        first
            .turn(first.fetchOne("rowless"))
            .build()
            .withChanges(List.of(MessageChanges.send("rowless", "to itself")));
    Expect.applied(first.provider().ackOrchestrationItem(ack));
    Expect.equal(
        "The change of a turn without a row is not there.",
        1,
        MessageChanges.taken(store.second(), "rowless").size());
  }

  /**
   * A call has as many changes as the limit says, and as few as none.
   *
   * <p><b>Shape:</b> the limit on two handles; the limit and one more, alone and in acks, messages
   * only and all kinds in turn; an empty list.
   */
  @Rule("CHANGE-20")
  void aCallHasAsManyChangesAsTheLimit(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    int most = ChangeCarrier.calls(store.first()).maxChanges();
    Expect.above("The limit is below its floor.", FEWEST - 1, most);
    Expect.equal(
        "The limit is not constant.", most, ChangeCarrier.calls(store.second()).maxChanges());
    Expect.equal(
        "An empty list does not answer an empty list.",
        List.of(),
        ChangeCarrier.calls(store.first()).apply(List.of()));
    for (ChangeWay way : List.of(ChangeWay.APPLY, ChangeWay.TURN, ChangeWay.ACTIVITY)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      store.first().create("receiver " + way);
      carrier
          .carry(many("receiver " + way, most + 1))
          .refused("More changes than the limit were taken.", InvalidRequest.class);
      Expect.equal(
          "Not every change has a result.",
          most,
          carrier.carry(many("receiver " + way, most)).applied("The limit was refused.").size());
      Expect.equal(
          "Not every change is there.",
          most,
          MessageChanges.taken(store.second(), "receiver " + way).size());
    }
  }

  /**
   * The limit is one for all kinds together.
   *
   * <p><b>Shape:</b> each way: as many changes as the limit says, and one more, of every kind in
   * turn; of those that take preparations a few.
   */
  @Rule("CHANGE-20")
  void theLimitHoldsForAllKinds(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    int most = ChangeCarrier.calls(store.first()).maxChanges();
    for (ChangeWay way : List.of(ChangeWay.APPLY, ChangeWay.TURN, ChangeWay.ACTIVITY)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      List<Subject> subjects = ChangeKind.subjects(store);
      List<Change> list = new ArrayList<>();
      for (int n = 0; list.size() < most; n++) {
        Subject subject = subjects.get(n % subjects.size());
        if (subject.kind().isCheap() || n < FEW * subjects.size()) {
          list.add(subject.next());
        }
      }
      List<Change> tooMany = new ArrayList<>(list);
      tooMany.add(MessageChanges.send("nobody", "too much"));
      carrier
          .carry(tooMany)
          .refused("More changes than the limit were taken.", InvalidRequest.class);
      Expect.equal(
          "Not every change has a result.",
          most,
          carrier.carry(list).applied("The limit was refused.").size());
      subjects.forEach(subject -> subject.expectApplied("Not every change is there.", list));
    }
  }

  private static List<Change> many(String id, int count) {
    List<Change> changes = new ArrayList<>(count);
    for (int n = 0; n < count; n++) {
      changes.add(MessageChanges.send(id, "n"));
    }
    return changes;
  }

  /**
   * Identifiers may have their full length at once, and are never joined.
   *
   * <p><b>Shape:</b> ids of instance and message, or of run and step, of 256 characters of three
   * bytes; pairs that would be equal if they were joined, or by case or normal form: each is a
   * message or a step of its own.
   */
  @Rule("CHANGE-21")
  void identifiersAreNeverJoined(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    String longest = "\u20ac".repeat(256);
    List<List<String>> pairs = new ArrayList<>();
    pairs.add(List.of(longest, longest));
    pairs.add(List.of(longest, "\u20ac".repeat(255)));
    for (String joint : List.of(":", "::", "/", " ")) {
      pairs.add(List.of("a", "b" + joint + "c"));
      pairs.add(List.of("a" + joint + "b", "c"));
    }
    pairs.add(List.of("A", "b"));
    pairs.add(List.of("\u00e9", "x"));
    pairs.add(List.of("e\u0301", "x"));
    List<Change> changes = new ArrayList<>();
    for (List<String> pair : pairs) {
      changes.add(
          new SendMessage(
              MessageChanges.identified(pair.get(0), pair.get(1), "of " + pairs.indexOf(pair))));
    }
    Expect.equal(
        "Two identifiers were taken for one.",
        pairs.stream().map(pair -> sent(true)).toList(),
        ChangeCarrier.calls(store.first()).apply(changes));
    Expect.equal(
        "A repeat was not recognised.",
        pairs.stream().map(pair -> sent(false)).toList(),
        ChangeCarrier.calls(store.second()).apply(changes));
    if (store.declares(Feature.STATE_TABLES)) {
      expectStepsOfTheirOwn(Stated.first(store), pairs);
    }
  }

  private static void expectStepsOfTheirOwn(Stated stated, List<List<String>> pairs) {
    Set<String> runs = new LinkedHashSet<>();
    pairs.forEach(pair -> runs.add(pair.get(0)));
    runs.forEach(stated::create);
    List<Change> steps = new ArrayList<>();
    pairs.forEach(pair -> steps.add(new EnsureStep(pair.get(0), pair.get(1))));
    for (boolean made : List.of(true, false)) {
      List<List<Object>> told = new ArrayList<>();
      for (ChangeResult result : stated.changes().apply(steps)) {
        StepWritten written = (StepWritten) result;
        told.add(
            List.of(written.step().runId(), written.step().stepId(), written.created() == made));
      }
      Expect.equal(
          "Two identifiers were taken for one.",
          pairs.stream().map(pair -> List.<Object>of(pair.get(0), pair.get(1), true)).toList(),
          told);
    }
  }
}
