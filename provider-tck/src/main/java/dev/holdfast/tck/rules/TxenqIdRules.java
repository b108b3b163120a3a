// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.TxenqRules.identified;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Message ids in transactions of callers. */
@RuleFamily("TXENQ")
final class TxenqIdRules {

  /**
   * The same content under a used message id adds nothing.
   *
   * <p><b>Shape:</b> twice in one transaction, in two, behind a plain enqueue, before one, and
   * after the instance has consumed it; of signals and of starts.
   */
  @Rule("TXENQ-13")
  void theSameContentUnderAUsedIdAddsNothing(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      List<OrchestratorMessage> sent = new ArrayList<>();
      sent.add(caller.post(identified(Sample.message("order", "twice at once"), "m-1")));
      caller.post(sent.get(0));
      caller.commit();
      caller.post(sent.get(0));
      caller.commit();
      first.enqueue(sent.get(0));
      sent.add(first.enqueue(identified(Sample.message("order", "plain first"), "m-2")));
      caller.post(sent.get(1));
      caller.commit();
      var item = store.second().fetchOne("order");
      Batch.expect("A message id did not make messages one.", item, sent);
      caller.post(sent.get(0));
      caller.commit();
      first.finish(item);
      for (OrchestratorMessage message : sent) {
        caller.post(message);
        caller.commit();
        first.enqueue(message);
      }
      first.fetchNone("A message was delivered again that had been consumed.");

      OrchestratorMessage start = identified(Sample.start("child", Sample.NAME, null), "m-1");
      caller.post(start);
      caller.commit();
      first.enqueue(start);
      caller.post(start);
      caller.commit();
      Batch.expect("A message id did not make starts one.", first.fetchOne("child"), start);
    }
  }

  /**
   * Other content under a used message id is refused, and the transaction can go on.
   *
   * <p><b>Shape:</b> the first message from the same transaction, an earlier one, a plain enqueue,
   * and consumed; alone and at the end of a list; then the caller's row is committed and the first
   * message alone is delivered.
   */
  @Rule("TXENQ-14")
  void otherContentUnderAUsedIdDoesNotSpoilTheTransaction(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      OrchestratorMessage one = caller.post(identified(Sample.message("order", "one"), "m-1"));
      expectMismatch(store, caller, "m-1");
      OrchestratorMessage two = caller.post(Sample.message("order", "two"));
      caller.commit();
      expectMismatch(store, caller, "m-1");
      Expect.thrown(
          "A plain enqueue accepted other content under an id that was posted.",
          IdempotencyMismatch.class,
          () -> first.enqueue(identified(Sample.message("order", "plain"), "m-1")));
      OrchestratorMessage plain =
          first.enqueue(identified(Sample.message("order", "plain"), "m-2"));
      expectMismatch(store, caller, "m-2");
      var item = first.fetchOne("order");
      Batch.expect("Not the first messages alone came.", item, one, two, plain);
      first.finish(item);
      expectMismatch(store, caller, "m-1");
      first.fetchNone("A message was stored that was refused.");
      Expect.equal("Rows of the caller are missing.", 4, caller.rows().size());
    }
  }

  private static void expectMismatch(
      StoreUnderTest store, CallersTransaction caller, String messageId) {
    OrchestratorMessage other = identified(Sample.message("order", "other content"), messageId);
    Expect.thrown(
        "Other content under a used message id was accepted.",
        IdempotencyMismatch.class,
        () -> caller.post(other));
    Expect.thrown(
        "Other content under a used message id was accepted in a list.",
        IdempotencyMismatch.class,
        () ->
            CallersTransaction.through(store.first())
                .enqueueAll(
                    caller.connection(), List.of(Sample.message("order", "before it"), other)));
    caller.insert("row " + store.nextNumber());
    caller.commit();
  }

  /**
   * Two open transactions with one message id end with one message.
   *
   * <p><b>Shape:</b> the second posts while the first is open, which then commits or is rolled
   * back, as does the second: commit and commit, rollback and commit, commit and rollback.
   */
  @Rule("TXENQ-15")
  void twoOpenTransactionsEndWithOneMessage(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    store.first().create("order");
    for (boolean firstCommits : List.of(true, false)) {
      for (boolean secondCommits : List.of(true, false)) {
        if (firstCommits || secondCommits) {
          String id = "m-" + store.nextNumber();
          OrchestratorMessage message = identified(Sample.message("order", "of " + id), id);
          Expect.equal(
              "The second transaction was refused the same message.",
              Optional.empty(),
              race(store, message, message, firstCommits, secondCommits));
          deliver(store, message);
        }
      }
    }
  }

  /**
   * Of two contents one is posted.
   *
   * <p><b>Shape:</b> as above, with different contents and two commits.
   */
  @Rule("TXENQ-15")
  void ofTwoContentsOneIsPosted(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    store.first().create("order");
    OrchestratorMessage message = identified(Sample.message("order", "one"), "m-1");
    OrchestratorMessage other = identified(Sample.message("order", "another"), "m-1");
    Optional<ProviderError> refusal = race(store, message, other, true, true);
    Expect.that(
        "Two contents were posted under one message id.", "an error", refusal, refusal.isPresent());
    deliver(store, message);
  }

  private static void deliver(StoreUnderTest store, OrchestratorMessage message) {
    var item = store.second().fetchOne("order");
    Batch.expect("Not one message came of two transactions.", item, message);
    store.second().finish(item);
    store.first().fetchNone("A message came twice.");
  }

  /** Returns what the second was told in the end; one that is kept waiting tries again. */
  private static Optional<ProviderError> race(
      StoreUnderTest store,
      OrchestratorMessage message,
      OrchestratorMessage other,
      boolean firstCommits,
      boolean secondCommits) {
    try (CallersTransaction one = CallersTransaction.begin(store);
        CallersTransaction two = CallersTransaction.begin(store, store.second())) {
      one.post(message);
      Optional<ProviderError> told;
      try (Parked<Optional<ProviderError>> second =
          Parked.call(store.pace(), () -> attempt(two, other))) {
        end(one, firstCommits);
        told = second.answer();
      }
      if (told.isPresent() && told.get() instanceof StoreContention) {
        two.rollback();
        told = attempt(two, other);
      }
      end(two, secondCommits && told.isEmpty());
      return told;
    }
  }

  private static Optional<ProviderError> attempt(
      CallersTransaction caller, OrchestratorMessage message) {
    try {
      caller.post(message);
      return Optional.empty();
    } catch (IdempotencyMismatch | StoreContention e) {
      return Optional.of(e);
    }
  }

  private static void end(CallersTransaction caller, boolean commits) {
    if (commits) {
      caller.commit();
    } else {
      caller.rollback();
    }
  }

  /**
   * A deadlock of two callers is contention, and the store's own error is its cause.
   *
   * <p><b>Shape:</b> each posts a message id and then, together, that of the other; where the store
   * has one writer, the second meets the first. What failed is rolled back, and nothing of it is
   * delivered.
   */
  @Rule("TXENQ-16")
  void aDeadlockIsContention(StoreUnderTest store) {
    CallersTransaction.requireDeclared(store);
    store.first().create("order");
    Set<String> committed = new HashSet<>();
    try (CallersTransaction one = CallersTransaction.begin(store);
        CallersTransaction two = CallersTransaction.begin(store, store.second())) {
      List<String> ofOne = List.of("m-1", "m-2");
      List<String> ofTwo = List.of("m-2", "m-1");
      one.post(signal(ofOne.get(0)));
      boolean twoGoesOn = attempted(two, ofTwo.get(0));
      try (Parked<Boolean> crossing =
          Parked.call(store.pace(), () -> attempted(one, ofOne.get(1)))) {
        twoGoesOn = twoGoesOn && attempted(two, ofTwo.get(1));
        end(two, twoGoesOn);
        if (twoGoesOn) {
          committed.addAll(ofTwo);
        }
        boolean oneGoesOn = crossing.answer();
        end(one, oneGoesOn);
        if (oneGoesOn) {
          committed.addAll(ofOne);
        }
      }
    }
    Expect.that("Both transactions failed.", !committed.isEmpty());
    Set<String> delivered = new HashSet<>();
    store
        .first()
        .fetchOne("order")
        .messages()
        .forEach(message -> delivered.add(String.valueOf(message.messageId())));
    Expect.equal("Not what was committed was delivered.", committed, delivered);
  }

  private static OrchestratorMessage signal(String messageId) {
    return identified(Sample.message("order", "of " + messageId), messageId);
  }

  private static boolean attempted(CallersTransaction caller, String messageId) {
    try {
      caller.post(signal(messageId));
      return true;
    } catch (StoreContention e) {
      Expect.that(
          "The error of the store is not the cause.",
          "a cause",
          e.getCause(),
          e.getCause() != null);
      return false;
    }
  }
}
