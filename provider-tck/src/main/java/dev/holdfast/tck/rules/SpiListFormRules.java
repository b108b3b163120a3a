// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.SingleForms;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;

/** List forms mean what their single forms mean, one after another. */
@RuleFamily("SPI")
final class SpiListFormRules {

  /**
   * List forms mean the same whether inherited or overridden.
   *
   * <p><b>Shape:</b> the same lists of good, bad and repeated elements, on one store through the
   * provider and on another through single calls; answers and stores are equal.
   */
  @Rule("SPI-09")
  void listFormsMeanTheSameInheritedOrOverridden(StoreUnderTest store, StoreUnderTest other) {
    List<Object> overridden = useListForms(store, store.first().provider());
    List<Object> inherited = useListForms(other, new SingleForms(other.first().provider()));
    for (int i = 0; i < overridden.size(); i++) {
      Expect.equal(
          "The list form answers something else than single calls.",
          inherited.get(i),
          overridden.get(i));
    }
  }

  private static List<Object> useListForms(StoreUnderTest store, Provider provider) {
    List<Object> answers = new ArrayList<>();
    List<OrchestratorMessage> starts = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      starts.add(Sample.start("order-" + i, Sample.NAME, Sample.VERSION));
    }
    provider.enqueueAll(starts);
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(10, store.lockFor()));
    items.forEach(item -> answers.add(item.instanceId()));
    OrchestrationAck first = ack(items.get(0), 1, 2).build();
    LockToken unknown = new LockToken.OfInstance("nobody", 1);
    answers.addAll(
        kinds(
            provider.ackOrchestrationItems(
                List.of(
                    first,
                    ack(items.get(1), 2, 2).historyDelta(twice(2)).build(),
                    ack(items.get(2), 1, 3).build(),
                    first,
                    OrchestrationAck.builder(unknown, 1).build()))));
    answers.addAll(kinds(provider.ackOrchestrationItems(List.of())));
    answers.add(
        provider
            .renew(items.stream().map(OrchestrationItem::lockToken).toList(), store.lockFor())
            .stream()
            .map(LockToken::instanceId)
            .sorted()
            .toList());

    List<ActivityItem> activities =
        provider.fetchActivityItems(ActivityFetch.of(10, store.lockFor()));
    activities.forEach(item -> answers.add(item.task()));
    ActivityAck done =
        ActivityAck.of(activities.get(0).lockToken(), Sample.completion(activities.get(0)));
    ActivityAck astray =
        ActivityAck.of(activities.get(1).lockToken(), Sample.message("nobody", "astray"));
    answers.addAll(kinds(provider.ackActivityItems(List.of(done, astray, done))));
    answers.add(
        provider
            .renew(activities.stream().map(ActivityItem::lockToken).toList(), store.lockFor())
            .stream()
            .map(LockToken::instanceId)
            .sorted()
            .toList());

    for (int i = 1; i <= 4; i++) {
      answers.add(provider.readHistory("order-" + i, 1, 0, 100));
    }
    store.moveTime(store.lockFor());
    for (OrchestrationItem item :
        provider.fetchOrchestrationItems(OrchestrationFetch.of(10, store.lockFor()))) {
      answers.add(
          item.instanceId()
              + " delivery "
              + item.deliveryCount()
              + item.messages().stream().map(m -> m.body().asUtf8()).toList());
    }
    return answers;
  }

  private static OrchestrationAck.Builder ack(OrchestrationItem item, long from, long to) {
    String id = item.instanceId();
    return OrchestrationAck.builder(item.lockToken(), 1)
        .historyDelta(Sample.events(from, to))
        .activities(List.of(Sample.activity(id, 1)))
        .messages(List.of(Sample.message("order-4", "from " + id)));
  }

  private static List<HistoryEvent> twice(long eventId) {
    return List.of(Sample.event(eventId), Sample.event(eventId));
  }

  private static List<String> kinds(List<AckResult> results) {
    return results.stream()
        .map(result ->
            result instanceof AckResult.Rejected(var error)
                ? "Rejected " + error.getClass().getSimpleName()
                : result.getClass().getSimpleName())
        .toList();
  }
}
