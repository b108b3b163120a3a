// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.function.Consumer;

/** Two open transactions of callers that do work which does not go together. Of one test. */
final class TwoTransactions {

  private final StoreUnderTest store;

  TwoTransactions(StoreUnderTest store) {
    this.store = store;
  }

  /**
   * Does the first work, begins the second beside it, and ends the first; the second commits if it
   * came to its end.
   *
   * @param first the work of the first transaction, which must succeed
   * @param commits whether the first one commits, or rolls back
   * @param second the work of the second one
   * @return what became of both: "committed", or the error
   */
  List<Object> run(
      Consumer<CallersTransaction> first, boolean commits, Consumer<CallersTransaction> second) {
    Parked<Object> beside;
    try (CallersTransaction open = CallersTransaction.begin(store)) {
      first.accept(open);
      beside =
          Parked.beginning(() ->
              ProjectionConnectionRules.outcome(() -> {
                try (CallersTransaction other = CallersTransaction.begin(store, store.second())) {
                  second.accept(other);
                  other.commit();
                }
              }));
      Waiting.until(beside::isDone, store.pace().prompt());
      if (commits) {
        open.commit();
      } else {
        open.rollback();
      }
    }
    return List.of(commits ? "committed" : "rolled back", beside.answer());
  }
}
