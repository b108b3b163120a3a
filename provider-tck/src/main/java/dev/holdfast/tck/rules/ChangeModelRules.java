// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.model.Crowd;
import dev.holdfast.tck.model.ModelTest;
import dev.holdfast.tck.words.FixtureUnderTest;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.Random;

/** Random histories of changes, runs and steps, next to the reference model. */
@RuleFamily("CHANGE")
final class ChangeModelRules {

  private static final int SEQUENCES = 6;
  private static final int OPERATIONS = 180;
  private static final int CROWDS = 20;
  private static final int PER_THREAD = 6;

  /**
   * A random history has the answers of the reference model.
   *
   * <p><b>Shape:</b> random lists of changes over few runs and steps, alone, under fences and with
   * acks of both kinds, with versions that are right, old or to come, beside turns, activities,
   * repeats, moves of time, reopening and deletions; every read of runs and steps. Each answer is
   * compared with that of the model, and a sequence with a difference is shrunk.
   */
  @Rule("CHANGE-24")
  void aRandomHistoryHasTheAnswersOfTheModel(StoreUnderTest store, FixtureUnderTest f) {
    ChangeCarrier.requireDeclared(store);
    Random random = store.random();
    for (int i = 0; i < SEQUENCES; i++) {
      ModelTest.expectNoDifferenceOfStates(f::freshStore, random.nextLong(), OPERATIONS);
    }
  }

  /**
   * A random history of several threads has a sequential explanation that the reference model
   * accepts.
   *
   * <p><b>Shape:</b> three threads on handles of their own apply and read, and ack with changes; of
   * the record an order is sought in which each call stands between its beginning and its end and
   * the model gives the same answers. Where the search takes too long the history is left
   * undecided.
   */
  @Rule("CHANGE-24")
  void aRandomHistoryOfThreadsHasAnExplanation(StoreUnderTest store, FixtureUnderTest f) {
    ChangeCarrier.requireDeclared(store);
    Random random = store.random();
    for (int i = 0; i < CROWDS; i++) {
      Crowd.expectStatesExplained(f::freshStore, random.nextLong(), PER_THREAD);
    }
  }
}
