// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;

/** What changes cost, counted. */
@RuleFamily("CHANGE")
final class ChangeCostRules {

  private static final int MANY = 100;

  /**
   * Changes cost one round trip more at most, however many there are.
   *
   * <p><b>Shape:</b> on a warm handle, every way: without changes, with 1 and with 100: one commit
   * each, and behind a network one round trip more at most; without changes everything costs the
   * same before and after changes were used.
   */
  @Rule("CHANGE-25")
  void changesCostOneRoundTripMoreAtMost(StoreUnderTest store) {
    ChangeCarrier.requireDeclared(store);
    StatementCounter counter = store.statements();
    List<String> tooMuch = new ArrayList<>();
    for (ChangeWay way : ChangeWay.all(store)) {
      cost(store, counter, way, 0);
      Traffic without = cost(store, counter, way, 0);
      cost(store, counter, way, 1);
      Traffic one = cost(store, counter, way, 1);
      cost(store, counter, way, MANY);
      Traffic many = cost(store, counter, way, MANY);
      Expect.equal(
          "Without changes a call costs more once changes were used.",
          without,
          cost(store, counter, way, 0));
      for (Traffic with : List.of(one, many)) {
        if (with.commits() > Math.max(1, without.commits())
            || (counter.overNetwork() && with.roundTrips() > without.roundTrips() + 1)) {
          tooMuch.add(way + ": " + with + " in place of " + without);
        }
      }
    }
    Expect.none("Changes cost more than they should.", tooMuch);
  }

  private static Traffic cost(
      StoreUnderTest store, StatementCounter counter, ChangeWay way, int count) {
    ChangeCarrier carrier = ChangeCarrier.on(store, way);
    String id = "receiver of all";
    List<Change> changes = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      changes.add(MessageChanges.send(id, "n" + n));
    }
    Traffic before = counter.soFar();
    carrier.carry(changes).applied("A list was refused.");
    return counter.soFar().since(before);
  }
}
