// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.util.List;

/**
 * Refusals have the type that says what to do next, cost nothing but the call, and leave the handle
 * clean.
 */
@RuleFamily("ERR")
final class ErrRefusalRules {

  private static final int FAILURES = 100;
  private static final int CALLERS = 16;

  /**
   * Every refusal is a ProviderError that names its call and agrees with its family about being
   * retryable.
   *
   * <p><b>Shape:</b> make every call of the table of refusals; nothing else than a ProviderError
   * may escape.
   *
   * <p><b>If this fails, check:</b> is there a path on which the driver's own exception is passed
   * on? does the error name the call that the caller made?
   */
  @Rule("ERR-01")
  void refusalsAreProviderErrorsThatNameTheirCall(StoreUnderTest s) {
    for (Refusal refusal : Refusals.of(s)) {
      ProviderError error = refusal.refused();
      // A list form may name itself or the single form it stands for.
      Expect.that(
          "The error of %s names %s.".formatted(refusal, error.operation()),
          error.operation().startsWith(refusal.operation()));
      Expect.that("A refusal is retryable: " + refusal, !error.isRetryable());
    }
  }

  /**
   * Each refusal has exactly its class, through single and list forms, and permanent errors of acks
   * are answers.
   *
   * <p><b>Shape:</b> the table of refusals.
   *
   * <p><b>If this fails, check:</b> is a specific cause reported as a general one? does an ack
   * throw what it should answer?
   */
  @Rule("ERR-04")
  void refusalsHaveExactlyTheirClass(StoreUnderTest s) {
    for (Refusal refusal : Refusals.of(s)) {
      ProviderError error = refusal.refused();
      Expect.equal(
          "A call was refused with another error: " + refusal + ": " + error.getMessage(),
          refusal.type(),
          error.getClass());
    }
  }

  /**
   * A failed call leaves the handle clean.
   *
   * <p><b>Shape:</b> the table of refusals a hundred times, from several threads; then the held
   * instance and activity are acked, and normal turns work for many callers together.
   *
   * <p><b>If this fails, check:</b> is every transaction ended and every connection returned on the
   * way out of a failure?
   */
  @Rule("ERR-06")
  void failuresLeaveTheHandleClean(StoreUnderTest s) {
    List<Refusal> table = Refusals.of(s);
    Together.times(
        CALLERS,
        n -> {
          for (int i = n; i < FAILURES; i += CALLERS) {
            table.forEach(Refusal::refused);
          }
          return n;
        });
    Handle a = s.a();
    List<Integer> turns =
        Together.times(
            CALLERS,
            n -> {
              a.start("after-" + n);
              List<OrchestrationItem> items = a.fetch(1);
              items.forEach(item -> a.turn(item).event(next(item)).apply());
              return items.size();
            });
    Expect.equal(
        "Not every caller was served after failures.",
        CALLERS,
        turns.stream().mapToInt(Integer::intValue).sum());
  }

  private static long next(OrchestrationItem item) {
    return item.history().lastEventId() + 1;
  }

  /**
   * A refused call leaves everything as it was: rows, queues, locks, their ends and counts.
   *
   * <p><b>Shape:</b> the table of refusals between two snapshots; then the holders ack with their
   * tokens.
   *
   * <p><b>If this fails, check:</b> is all of a request checked before the first row is written? is
   * a transaction committed on the way out of a refusal?
   */
  @Rule("ERR-07")
  void refusedCallsChangeNothing(StoreUnderTest s) {
    List<Refusal> table = Refusals.of(s);
    Snapshot before = s.snapshot("order", "other");
    for (Refusal refusal : table) {
      refusal.refused();
      s.expectUnchanged("A refused call changed something: " + refusal + ".", before);
    }
    s.moveToJustBefore(s.lockFor());
    s.b().fetchNone("A refused call released or shortened a lock, or stored a message.");
    s.b().fetchNoActivity("A refused call released or shortened the lock of an activity.");
    s.moveTime(s.tick());
    Expect.equal(
        "A refused call changed an attempt count.", 2, s.b().fetchOne("order").attemptCount());
    Expect.equal(
        "A refused call changed an attempt count.", 2, s.b().fetchActivity(1).attemptCount());
  }
}
