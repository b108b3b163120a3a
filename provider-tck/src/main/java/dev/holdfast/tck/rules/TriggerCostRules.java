// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;

/** What the list of waiting runs costs, counted. */
@RuleFamily("TRIGGER")
final class TriggerCostRules {

  private static final int WAITING = 3;
  private static final int ASLEEP = 60;

  /**
   * A page is one statement, and costs the same beside many suspended runs without inputs.
   *
   * <p><b>Shape:</b> on a warm handle a page of waiting runs, alone and beside suspended runs
   * without inputs, with consumed ones and with messages on another port, and running ones with
   * inputs: as many statements and rows, and behind a network one round trip; as many statements
   * for a page of one run.
   */
  @Rule("TRIGGER-14")
  void aPageIsOneStatement(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    StatementCounter counter = store.statements();
    for (int n = 0; n < WAITING; n++) {
      a.stated().run("waiting " + n, RunStatus.SUSPENDED);
      a.delivers(1, Triggered.input("waiting " + n, "one"));
    }
    cost(a, counter);
    Traffic alone = cost(a, counter);
    for (int n = 0; n < ASLEEP; n++) {
      String id = "asleep " + n;
      a.stated().run(id, RunStatus.SUSPENDED);
      switch (n % 3) {
        case 0 -> {
          a.delivers(1, Triggered.input(id, "one"));
          a.consume(id, 1);
        }
        case 1 ->
            a.inbox()
                .append(
                    new AppendInbox(
                        new InboxKey(id, Triggered.STEP, "input"), Triggered.content("one")));
        default -> {
          List<Change> running = new ArrayList<>();
          running.add(CreateRun.running("runs " + n, Stated.KIND));
          running.add(Triggered.input("runs " + n, "one"));
          a.stated().changes().apply(running);
        }
      }
    }
    Traffic beside = cost(a, counter);
    Expect.equal("A page costs more beside runs that sleep without inputs.", alone, beside);
    Expect.equal(
        "A page needs a statement for each run.",
        cost(a, counter, 1).statements(),
        beside.statements());
    if (counter.overNetwork()) {
      Expect.equal("A page needs several round trips.", 1L, beside.roundTrips());
    }
  }

  private static Traffic cost(Triggered a, StatementCounter counter) {
    return cost(a, counter, WAITING);
  }

  private static Traffic cost(Triggered a, StatementCounter counter, int limit) {
    Traffic before = counter.soFar();
    Expect.equal(
        "The waiting runs are not listed.",
        limit,
        a.calls().suspendedRunsWithPendingInputs(limit, null).rows().size());
    return counter.soFar().since(before);
  }
}
