// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the calls of leases cost, counted. */
@RuleFamily("LEASE")
final class LeaseCostRules {

  private static final int ENDED = 200;

  /**
   * Acquiring, renewing and releasing need one round trip each, however many leases have ended.
   *
   * <p><b>Shape:</b> on a warm handle each call, alone and beside many ended leases: as many
   * statements, commits and rows, one commit at most, and behind a network one round trip.
   */
  @Rule("LEASE-15")
  void callsCostOneRoundTrip(StoreUnderTest store) {
    Leased a = Leased.first(store);
    StatementCounter counter = store.statements();
    costs(a, counter);
    Map<String, Traffic> alone = costs(a, counter);
    for (int n = 0; n < ENDED; n++) {
      a.acquire("ended " + n, "A", store.tick());
    }
    store.moveTime(store.tick());
    Map<String, Traffic> beside = costs(a, counter);

    Expect.equal("Calls cost more beside leases that have ended.", alone, beside);
    List<String> tooMuch = new ArrayList<>();
    beside.forEach((call, cost) -> {
      if (cost.commits() > 1 || (counter.overNetwork() && cost.roundTrips() > 1)) {
        tooMuch.add(call + ": " + cost);
      }
    });
    Expect.none("Calls cost more than they should.", tooMuch);
  }

  private static Map<String, Traffic> costs(Leased a, StatementCounter counter) {
    Map<String, Traffic> costs = new LinkedHashMap<>();
    Traffic before = counter.soFar();
    Acquired acquired = a.acquire("report", "A");
    Traffic afterAcquire = counter.soFar();
    costs.put("acquire", afterAcquire.since(before));
    a.ask("report", "B");
    Traffic afterRefusal = counter.soFar();
    costs.put("refused acquire", afterRefusal.since(afterAcquire));
    a.renew(acquired.token());
    Traffic afterRenewal = counter.soFar();
    costs.put("renew", afterRenewal.since(afterRefusal));
    a.release(acquired.token());
    costs.put("release", counter.soFar().since(afterRenewal));
    return costs;
  }
}
