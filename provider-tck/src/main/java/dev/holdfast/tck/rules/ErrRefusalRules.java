// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
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
   */
  @Rule("ERR-01")
  void refusalsAreProviderErrorsThatNameTheirCall(StoreUnderTest store) {
    for (Refusal refusal : Refusals.of(store)) {
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
   */
  @Rule("ERR-04")
  void refusalsHaveExactlyTheirClass(StoreUnderTest store) {
    for (Refusal refusal : Refusals.of(store)) {
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
   */
  @Rule("ERR-06")
  void failuresLeaveTheHandleClean(StoreUnderTest store) {
    List<Refusal> table = Refusals.of(store);
    Together.times(
        CALLERS,
        n -> {
          for (int i = n; i < FAILURES; i += CALLERS) {
            table.forEach(Refusal::refused);
          }
          return n;
        });
    Handle first = store.first();
    List<Integer> turns =
        Together.times(
            CALLERS,
            n -> {
              first.start("after-" + n);
              List<OrchestrationItem> items = first.fetch(1);
              items.forEach(item -> first.turn(item).event(next(item)).apply());
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
   */
  @Rule("ERR-07")
  void refusedCallsChangeNothing(StoreUnderTest store) {
    List<Refusal> table = Refusals.of(store);
    Snapshot before = store.snapshot("order", "other");
    for (Refusal refusal : table) {
      refusal.refused();
      store.expectUnchanged("A refused call changed something: " + refusal + ".", before);
    }
    store.moveToJustBefore(store.lockFor());
    store.second().fetchNone("A refused call released or shortened a lock, or stored a message.");
    store.second().fetchNoActivity("A refused call released or shortened the lock of an activity.");
    store.moveTime(store.tick());
    Expect.equal(
        "A refused call changed a delivery count.",
        2,
        store.second().fetchOne("order").deliveryCount());
    Expect.equal(
        "A refused call changed a delivery count.",
        2,
        store.second().fetchActivity(1).deliveryCount());
  }
}
