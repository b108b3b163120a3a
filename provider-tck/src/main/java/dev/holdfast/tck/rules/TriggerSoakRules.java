// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.RunAudit;
import dev.holdfast.tck.words.StoreUnderTest;

/** One run under many hands, which die at any moment. */
@RuleFamily("TRIGGER")
final class TriggerSoakRules {

  private static final int KILLS = 4;

  /**
   * State rows, inboxes and history of a run agree, whoever died at whatever moment.
   *
   * <p><b>Shape:</b> ten threads in two child JVMs deliver inputs to one run, work on its turns and
   * activities, move messages between its inboxes and merge into its data; one after the other is
   * killed at random and replaced, some times, or for as long as {@code tck.soak} says. Then the
   * parent finishes what is left, and counts.
   */
  @Rule("TRIGGER-15")
  void rowsInboxesAndHistoryAgree(StoreUnderTest store) {
    if (!store.declares(Feature.TRIGGERS)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.TRIGGERS.name());
    }
    RunAudit audit = new RunAudit(store);
    audit.disturb(KILLS, store.soak());
    audit.expectAgreement();
    if (store.soak().isPositive()) {
      System.out.println("TRIGGER-15: " + audit.summary());
    }
  }
}
