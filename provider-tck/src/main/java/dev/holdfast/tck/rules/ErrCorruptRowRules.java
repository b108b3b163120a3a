// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What cannot be read blocks nothing else, and can be ended. */
@RuleFamily("ERR")
final class ErrCorruptRowRules {

  private static final int HEALTHY = 3;

  /**
   * A corrupt message blocks no other instance and is never dropped.
   *
   * <p><b>Shape:</b> four instances with two messages each; one message of the oldest is damaged;
   * all healthy ones are delivered within four fetches; the damaged one is CorruptData, or comes
   * with both messages.
   *
   * <p><b>If this fails, check:</b> does an unreadable row end the whole fetch each time? is it
   * skipped for good?
   */
  @Rule("ERR-11")
  void aCorruptMessageBlocksNoOther(StoreUnderTest s) {
    expectInstanceBlocksNoOther(s, RowKind.MESSAGE);
  }

  /**
   * A corrupt event blocks no other instance, and histories are never shortened.
   *
   * <p><b>Shape:</b> as for messages, with an event of the oldest damaged; readHistory is
   * CorruptData or answers all.
   *
   * <p><b>If this fails, check:</b> is an unreadable event left out of the answer?
   */
  @Rule("ERR-11")
  void aCorruptEventBlocksNoOther(StoreUnderTest s) {
    expectInstanceBlocksNoOther(s, RowKind.EVENT);
    try {
      Expect.equal(
          "A history with a corrupt event was shortened.", 3, s.a().history("bad", 1).size());
    } catch (CorruptData corrupt) {
      Expect.that("The error is retryable.", !corrupt.isRetryable());
    }
  }

  /**
   * A corrupt instance row blocks no other instance.
   *
   * <p><b>Shape:</b> as for messages, with the row of the oldest damaged.
   *
   * <p><b>If this fails, check:</b> does an unreadable row end the whole fetch each time? is it
   * skipped for good?
   */
  @Rule("ERR-11")
  void aCorruptInstanceBlocksNoOther(StoreUnderTest s) {
    expectInstanceBlocksNoOther(s, RowKind.INSTANCE);
  }

  private static void expectInstanceBlocksNoOther(StoreUnderTest s, RowKind kind) {
    Handle a = s.a();
    List<String> ids = new ArrayList<>(List.of("bad"));
    for (int n = 1; n <= HEALTHY; n++) {
      ids.add("healthy-" + n);
    }
    for (String id : ids) {
      a.start(id);
      a.turn(a.fetchOne(id)).name(Sample.NAME).events(1, 3).apply();
    }
    for (String id : ids) {
      a.poke(id);
      a.poke(id);
    }
    s.whiteBox().corrupt(kind, "bad");

    Set<String> delivered = new LinkedHashSet<>();
    for (int i = 0; i < ids.size(); i++) {
      delivered.addAll(fetchedIfReadable(a));
    }
    Set<String> healthy = new HashSet<>(ids);
    healthy.remove("bad");
    Set<String> missing = new HashSet<>(healthy);
    missing.removeAll(delivered);
    Expect.none("A corrupt row of another instance held up healthy ones.", missing);
    if (!delivered.contains("bad")) {
      try {
        OrchestrationItem bad = a.fetchOne("bad");
        Expect.equal("A message was dropped.", 2, bad.messages().size());
      } catch (CorruptData corrupt) {
        Expect.that("The error is retryable.", !corrupt.isRetryable());
      }
    }
  }

  private static List<String> fetchedIfReadable(Handle a) {
    try {
      List<OrchestrationItem> items = a.fetch(1);
      items.forEach(item -> Expect.equal("A message was dropped.", 2, item.messages().size()));
      return items.stream().map(OrchestrationItem::instanceId).toList();
    } catch (CorruptData corrupt) {
      return List.of();
    }
  }

  /**
   * A corrupt activity blocks no other and is never dropped.
   *
   * <p><b>Shape:</b> four activities; the oldest is damaged; the healthy ones are delivered within
   * four fetches; the damaged one is CorruptData, or comes.
   *
   * <p><b>If this fails, check:</b> does an unreadable row end the whole fetch each time? is it
   * skipped for good?
   */
  @Rule("ERR-11")
  void aCorruptActivityBlocksNoOther(StoreUnderTest s) {
    Handle a = s.a();
    a.create("bad");
    a.create("order");
    a.schedule("bad", 1);
    a.schedule("order", 2, 3, 4);
    s.whiteBox().corrupt(RowKind.ACTIVITY, "bad");

    Set<Long> delivered = new HashSet<>();
    for (int i = 0; i <= HEALTHY; i++) {
      try {
        a.fetchActivities(1).forEach(item -> delivered.add(item.task().activityId()));
      } catch (CorruptData corrupt) {
        Expect.that("The error is retryable.", !corrupt.isRetryable());
      }
    }
    Expect.that(
        "A corrupt activity held up healthy ones.", delivered.containsAll(Set.of(2L, 3L, 4L)));
    if (!delivered.contains(1L)) {
      try {
        a.fetchActivity(1);
      } catch (CorruptData corrupt) {
        Expect.that("The error is retryable.", !corrupt.isRetryable());
      }
    }
  }

  /**
   * Unreadable history does not keep an instance from being ended.
   *
   * <p><b>Shape:</b> damage an event; fetch with no inline history, abandon, twice more; append a
   * last event with status Failed and output; read status and output.
   *
   * <p><b>If this fails, check:</b> does a fetch without inline history still read events? does the
   * ack read them to find the last id?
   */
  @Rule("ERR-12")
  void anInstanceWithUnreadableHistoryCanBeEnded(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    a.turn(a.fetchOne("order")).events(1, 3).apply();
    a.poke("order");
    s.whiteBox().corrupt(RowKind.EVENT, "order");

    OrchestrationFetch fetch = OrchestrationFetch.of(1, s.lockFor()).withInlineHistory(0);
    OrchestrationItem item = only(a.fetch(fetch));
    for (int attempt = 1; attempt <= HEALTHY; attempt++) {
      Expect.equal("A delivery was not counted.", attempt, item.attemptCount());
      a.abandon(item);
      item = only(a.fetch(fetch));
    }
    Expect.equal("The last event id is wrong.", 3L, item.history().lastEventId());
    a.turn(item).event(4).status(ExecutionStatus.FAILED).output("history is unreadable").apply();

    expectFailed(s);
  }

  private static OrchestrationItem only(List<OrchestrationItem> items) {
    if (items.size() != 1) {
      throw Expect.violation(
          "An instance with unreadable history was not delivered.", "1 item", items);
    }
    return items.get(0);
  }

  private static void expectFailed(StoreUnderTest s) {
    if (s.adminIfDeclared().isPresent()) {
      var execution = s.admin().execution("order", 1);
      Expect.equal("The status is wrong.", ExecutionStatus.FAILED, execution.status());
      Expect.equal(
          "The output is wrong.", Payload.utf8("history is unreadable"), execution.output());
      return;
    }
    if (s.whiteBox().rows(RowKind.EXECUTION, "order").isEmpty()) {
      throw new NotMeasured(FixturePart.WHITE_BOX, "with executions");
    }
    Expect.that(
        "The status is not stored.",
        s.whiteBox().rows(RowKind.EXECUTION, "order").stream()
            .anyMatch(row -> row.text().contains("FAILED")));
  }
}
