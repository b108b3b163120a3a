// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChangeAudit;
import dev.holdfast.tck.words.StoreUnderTest;

/** Changes of processes that are killed. */
@RuleFamily("CHANGE")
final class ChangeCrashRules {

  private static final int KILLS = 3;

  private static ChangeAudit killed(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    return new ChangeAudit(store).of(store.rounds(KILLS));
  }

  /**
   * After a kill a turn is there with its changes, or neither.
   *
   * <p><b>Shape:</b> child JVMs run instances whose turns have events, an activity, metadata, a
   * message and changes of every kind that is declared, in single and list form; each is killed in
   * the middle of a call or right behind an answer; histories, queues and rows tell of the same
   * turns. Beside a living child what is read second is never behind what was read first.
   */
  @Rule("CHANGE-02")
  void afterAKillTurnsAreWhole(StoreUnderTest store) {
    killed(store).expectTurnsWhole();
  }

  /**
   * After a kill an activity is gone and its completion and changes are there, or none of the
   * three.
   *
   * <p><b>Shape:</b> the same children; of their activities one has a completion and completes a
   * step, the other has none and sends a message as a change.
   */
  @Rule("CHANGE-03")
  void afterAKillActivitiesAreWhole(StoreUnderTest store) {
    killed(store).expectActivitiesWhole();
  }

  /**
   * What was answered is in the store.
   *
   * <p><b>Shape:</b> the same children, with several threads, say what was answered: all of it is
   * there, of changes alone and with acks, versions included.
   */
  @Rule("CHANGE-17")
  void whatWasAnsweredIsInTheStore(StoreUnderTest store) {
    ChangeAudit audit = killed(store);
    audit.expectAnswersKept();
    audit.expectTurnsWhole();
  }
}
