// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** Runs, steps, ports and messages, of which there may be any number. */
@RuleFamily("CHANGE")
final class ChangeSizeRules {

  private static final int STEPS = 10_000;
  private static final int MESSAGES = 10_000;
  private static final int PORTS = 1_000;

  /**
   * The number of runs, steps, ports and messages has no limit.
   *
   * <p><b>Shape:</b> a run of ten thousand steps, a step of a thousand ports, and a port of ten
   * thousand messages, stored by lists as long as the limit allows: each is read back whole.
   */
  @Rule("CHANGE-20")
  void thereMayBeAnyNumber(StoreUnderTest store) {
    Stated a = Stated.first(store);
    a.create("large");
    store(store, STEPS, n -> new EnsureStep("large", step(n)));
    Stated b = Stated.second(store);
    Set<String> found = new TreeSet<>();
    StepQuery query = new StepQuery(Set.of("large"), Set.of(), Inboxed.PAGE, null);
    for (boolean more = true; more; ) {
      StepPage page = b.reads().steps(query);
      for (StepSummary step : page.steps()) {
        Expect.that("A step is listed twice: " + step.stepId() + ".", found.add(step.stepId()));
      }
      String token = page.nextPageToken();
      more = token != null;
      query = new StepQuery(Set.of("large"), Set.of(), Inboxed.PAGE, token);
    }
    Expect.equal("Steps are missing.", STEPS, found.size());
    if (!store.declares(Feature.INBOX)) {
      return;
    }
    store(
        store,
        PORTS,
        n ->
            new AppendInbox(new InboxKey("large", step(1), "port " + n), Inboxed.message("m" + n)));
    InboxKey key = new InboxKey("large", step(2), "port");
    store(store, MESSAGES, n -> new AppendInbox(key, Inboxed.message("m" + n)));
    List<InboxCounts> counts = Inboxed.second(store).calls().counts("large");
    Expect.equal("Ports are missing.", PORTS + 1, counts.size());
    for (InboxCounts one : counts) {
      Expect.equal(
          "Messages are missing.",
          one.key().equals(key) ? (long) MESSAGES : 1L,
          one.lastSequence());
    }
    Expect.equal(
        "Messages are missing.", Inboxed.upTo(MESSAGES), Inboxed.second(store).pending(key));
  }

  private static String step(int number) {
    return "step %05d".formatted(number);
  }

  private static void store(StoreUnderTest store, int count, IntFunction<Change> change) {
    int most = ChangeCarrier.calls(store.first()).maxChanges();
    List<Change> list = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      list.add(change.apply(n));
      if (list.size() == most || n == count - 1) {
        ChangeCarrier.calls(store.first()).apply(List.copyOf(list));
        list.clear();
      }
    }
  }
}
