// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Payloads;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.parallel.Isolated;

/** What a description costs: a ratio within one run, no time. */
@RuleFamily("DESCRIBE")
@Isolated("times are compared")
final class DescribeCostRules {

  private static final int EVENTS = 5_000;
  private static final int MESSAGES = 500;
  private static final int BODY = 20_000;
  private static final double MOST_GROWTH = 3;

  /**
   * A description costs the same however much there is of an instance.
   *
   * <p><b>Shape:</b> two instances, of which one has a history of 5,000 events and 500 queued
   * messages of 20,000 bytes; it is described for at most three times as much.
   */
  @Rule("DESCRIBE-04")
  void aDescriptionCostsTheSameHoweverMuchThereIs(StoreUnderTest store) {
    Handle first = store.first();
    first.create("small");
    first.create("large");
    first.poke("large");
    List<HistoryEvent> events = Sample.events(1, EVENTS);
    first.turn(first.fetchOne("large")).events(events).apply();
    OrchestratorMessage message = OrchestratorMessage.of("large", "poke", Payloads.ofSize(BODY));
    first.provider().enqueueAll(new ArrayList<>(Collections.nCopies(MESSAGES, message)));
    long small = PerfFilterRules.cost(() -> first.provider().describeInstance("small"));
    long large = PerfFilterRules.cost(() -> first.provider().describeInstance("large"));
    Expect.that(
        "A description costs more because there is more of the instance.",
        "at most %.1f times as much".formatted(MOST_GROWTH),
        "%.1f times as much".formatted((double) large / small),
        large <= small * MOST_GROWTH);
  }
}
