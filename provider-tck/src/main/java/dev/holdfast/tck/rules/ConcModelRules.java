// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.model.Crowd;
import dev.holdfast.tck.model.ModelTest;
import dev.holdfast.tck.words.FixtureUnderTest;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.Random;

/** Random histories of all core calls, next to the reference model. */
@RuleFamily("CONC")
final class ConcModelRules {

  private static final int SEQUENCES = 12;
  private static final int OPERATIONS = 150;
  private static final int CROWDS = 20;
  private static final int PER_THREAD = 8;

  /**
   * A random history of all core calls has the answers of the reference model.
   *
   * <p><b>Shape:</b> random sequences of enqueue, fetch, ack, abandon, renew and reads on both
   * queues, single and as lists, right and wrong, with delays, message ids, orphans, old tokens,
   * moves of time and reopening, over few instances; where they are declared, with claims and turns
   * ahead, key-values, custom status, tags and pins with the filters of both, sessions of two
   * owners, which are kept, given up, lost and tidied away, deletions after which old tokens are
   * used, and changes of messages, runs and steps, in acks, alone and under fences, with reads of
   * both. Each answer is compared with that of the model. A sequence that ends with a difference is
   * shrunk to the operations that are needed for it. Where the store's clock does not stand still,
   * nothing ever ends or comes due.
   */
  @Rule("CONC-01")
  void aRandomHistoryOfAllCallsHasTheAnswersOfTheModel(StoreUnderTest store, FixtureUnderTest f) {
    Random random = store.random();
    for (int i = 0; i < SEQUENCES; i++) {
      ModelTest.expectNoDifference(f::freshStore, random.nextLong(), OPERATIONS);
    }
  }

  /**
   * A random history of several threads has a sequential explanation that the reference model
   * accepts.
   *
   * <p><b>Shape:</b> three threads on handles of their own make random calls on three instances and
   * their activities; of the record an order is sought in which each call stands between its
   * beginning and its end and the model gives the same answers. Where the search takes too long the
   * history is left undecided.
   */
  @Rule("CONC-01")
  void aRandomHistoryOfThreadsHasAnExplanation(StoreUnderTest store, FixtureUnderTest f) {
    Random random = store.random();
    for (int i = 0; i < CROWDS; i++) {
      Crowd.expectExplained(f::freshStore, random.nextLong(), PER_THREAD);
    }
  }
}
