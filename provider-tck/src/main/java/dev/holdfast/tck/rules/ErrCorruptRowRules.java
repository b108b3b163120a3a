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
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
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
   */
  @Rule("ERR-11")
  void aCorruptMessageBlocksNoOther(StoreUnderTest store) {
    expectInstanceBlocksNoOther(store, RowKind.MESSAGE);
  }

  /**
   * A corrupt event blocks no other instance, and histories are never shortened.
   *
   * <p><b>Shape:</b> as for messages, with an event of the oldest damaged; readHistory is
   * CorruptData or answers all.
   */
  @Rule("ERR-11")
  void aCorruptEventBlocksNoOther(StoreUnderTest store) {
    expectInstanceBlocksNoOther(store, RowKind.EVENT);
    try {
      Expect.equal(
          "A history with a corrupt event was shortened.",
          3,
          store.first().history("bad", 1).size());
    } catch (CorruptData corrupt) {
      Expect.that("The error is retryable.", !corrupt.isRetryable());
    }
  }

  /**
   * A corrupt instance row blocks no other instance.
   *
   * <p><b>Shape:</b> as for messages, with the row of the oldest damaged.
   */
  @Rule("ERR-11")
  void aCorruptInstanceBlocksNoOther(StoreUnderTest store) {
    expectInstanceBlocksNoOther(store, RowKind.INSTANCE);
  }

  private static void expectInstanceBlocksNoOther(StoreUnderTest store, RowKind kind) {
    Handle first = store.first();
    List<String> ids = new ArrayList<>(List.of("bad"));
    for (int n = 1; n <= HEALTHY; n++) {
      ids.add("healthy-" + n);
    }
    for (String id : ids) {
      first.start(id);
      first.turn(first.fetchOne(id)).name(Sample.NAME).events(1, 3).apply();
    }
    for (String id : ids) {
      first.poke(id);
      first.poke(id);
    }
    store.whiteBox().corrupt(kind, "bad");

    Set<String> delivered = new LinkedHashSet<>();
    for (int i = 0; i < ids.size(); i++) {
      delivered.addAll(fetchedIfReadable(first));
    }
    Set<String> healthy = new HashSet<>(ids);
    healthy.remove("bad");
    Set<String> missing = new HashSet<>(healthy);
    missing.removeAll(delivered);
    Expect.none("A corrupt row of another instance held up healthy ones.", missing);
    if (!delivered.contains("bad")) {
      try {
        OrchestrationItem bad = first.fetchOne("bad");
        Expect.equal("A message was dropped.", 2, bad.messages().size());
      } catch (CorruptData corrupt) {
        Expect.that("The error is retryable.", !corrupt.isRetryable());
      }
    }
  }

  private static List<String> fetchedIfReadable(Handle first) {
    try {
      List<OrchestrationItem> items = first.fetch(1);
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
   */
  @Rule("ERR-11")
  void aCorruptActivityBlocksNoOther(StoreUnderTest store) {
    Handle first = store.first();
    first.create("bad");
    first.create("order");
    first.schedule("bad", 1);
    first.schedule("order", 2, 3, 4);
    store.whiteBox().corrupt(RowKind.ACTIVITY, "bad");

    Set<Long> delivered = new HashSet<>();
    for (int i = 0; i <= HEALTHY; i++) {
      try {
        first.fetchActivities(1).forEach(item -> delivered.add(item.task().activityId()));
      } catch (CorruptData corrupt) {
        Expect.that("The error is retryable.", !corrupt.isRetryable());
      }
    }
    Expect.that(
        "A corrupt activity held up healthy ones.", delivered.containsAll(Set.of(2L, 3L, 4L)));
    if (!delivered.contains(1L)) {
      try {
        first.fetchActivity(1);
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
   */
  @Rule("ERR-12")
  void anInstanceWithUnreadableHistoryCanBeEnded(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    first.turn(first.fetchOne("order")).events(1, 3).apply();
    first.poke("order");
    store.whiteBox().corrupt(RowKind.EVENT, "order");

    OrchestrationFetch fetch = OrchestrationFetch.of(1, store.lockFor()).withInlineHistory(0);
    OrchestrationItem item = only(first.fetch(fetch));
    for (int attempt = 1; attempt <= HEALTHY; attempt++) {
      Expect.equal("A delivery was not counted.", attempt, item.deliveryCount());
      first.abandon(item);
      item = only(first.fetch(fetch));
    }
    Expect.equal("The last event id is wrong.", 3L, item.history().lastEventId());
    first
        .turn(item)
        .event(4)
        .status(ExecutionStatus.FAILED)
        .output("history is unreadable")
        .apply();

    expectFailed(store);
  }

  private static OrchestrationItem only(List<OrchestrationItem> items) {
    if (items.size() != 1) {
      throw Expect.violation(
          "An instance with unreadable history was not delivered.", "1 item", items);
    }
    return items.get(0);
  }

  private static void expectFailed(StoreUnderTest store) {
    if (store.adminIfDeclared().isPresent()) {
      var execution = store.admin().execution("order", 1);
      Expect.equal("The status is wrong.", ExecutionStatus.FAILED, execution.status());
      Expect.equal(
          "The output is wrong.", Payload.utf8("history is unreadable"), execution.output());
      return;
    }
    if (store.whiteBox().rows(RowKind.EXECUTION, "order").isEmpty()) {
      throw new NotMeasured(FixturePart.WHITE_BOX, "with executions");
    }
    Expect.that(
        "The status is not stored.",
        store.whiteBox().rows(RowKind.EXECUTION, "order").stream()
            .anyMatch(row -> row.text().contains("FAILED")));
  }
}
