// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.tck.fixture.WhiteBox.RowKind;

/**
 * Counts what is queued, as far as that can be seen: with InstanceAdmin or a white box. Stateless.
 */
public final class Queued {

  private Queued() {}

  /**
   * Expects a number of stored messages, delivered or not.
   *
   * @param what what happened when there are more or fewer
   * @param s the store
   * @param expected how many
   */
  public static void expectMessages(String what, StoreUnderTest store, long expected) {
    store
        .adminIfDeclared()
        .ifPresent(admin -> Expect.equal(what, expected, admin.queueDepths().messages().total()));
    store
        .whiteBoxIfOffered()
        .ifPresent(box -> Expect.equal(what, expected, box.count(RowKind.MESSAGE)));
  }

  /**
   * Expects a number of stored activities, locked or not.
   *
   * @param what what happened when there are more or fewer
   * @param s the store
   * @param expected how many
   */
  public static void expectActivities(String what, StoreUnderTest store, long expected) {
    store
        .adminIfDeclared()
        .ifPresent(admin -> Expect.equal(what, expected, admin.queueDepths().activities().total()));
    store
        .whiteBoxIfOffered()
        .ifPresent(box -> Expect.equal(what, expected, box.count(RowKind.ACTIVITY)));
  }
}
