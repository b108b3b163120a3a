// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.HotPath;
import dev.holdfast.tck.harness.StoreUnderTest;

/** How the store carries out what it is sent. */
@RuleFamily("PERF")
final class PlanRules {

  /**
   * Every statement of the hot path uses an index and sorts no queue.
   *
   * <p><b>Shape:</b> make every call on a store that is empty, so that what is prepared then stays;
   * fill it; make every call again and look at the plans.
   */
  @Rule("PERF-04")
  void everyHotStatementUsesAnIndexAndSortsNoQueue(StoreUnderTest store) {
    PlanReader reader = store.planReader();
    Handle handle = store.newHandleWithPlans();
    new HotPath(handle.provider(), store.lockFor(), "empty").run();
    reader.fill();
    Expect.none(
        "Statements have bad plans.",
        reader.badPlans(() -> new HotPath(handle.provider(), store.lockFor(), "full").run()));
  }
}
