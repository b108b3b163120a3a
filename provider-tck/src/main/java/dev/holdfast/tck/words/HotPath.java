// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Every call of the SPI's core in each of its forms, as workers make them all day: with and without
 * message ids, with something to deliver and with nothing. For tests that look at what is sent to
 * the store. Not thread-safe.
 */
public final class HotPath {

  private static final Duration FAR = Duration.ofDays(30);
  private static final int MANY = 10;
  private static final int INLINE = 5;

  private final Provider provider;
  private final Duration lockFor;
  private final String order;
  private final String other;

  /**
   * Prepares the calls.
   *
   * @param provider the handle; nothing is deliverable in its store
   * @param lockFor how long to lock, longer than the calls take
   * @param name begins the ids of the instances, which do not exist yet
   */
  public HotPath(Provider provider, Duration lockFor, String name) {
    this.provider = provider;
    this.lockFor = lockFor;
    this.order = name + "-order";
    this.other = name + "-other";
  }

  /** Makes the calls, and leaves nothing that is deliverable. */
  public void run() {
    begin();
    firstTurn();
    workActivities();
    turnsWithCompletions();
    Expect.equal("Nothing was acked.", 1L, provider.latestExecutionId(order).orElse(0));
    Expect.that(
        "A history is empty.", !provider.readHistory(order, 1, 1, INLINE).events().isEmpty());
    discardOrphans();
    finishAll();
    Expect.equal(
        "The instance that has ended is missing, or the one that waits for a timer is not.",
        List.of(other),
        provider.readEnded(new EndedRead(List.of(order, other), Duration.ZERO)).stream()
            .map(EndedInstance::instanceId)
            .toList());
    Expect.none("An activity is left.", provider.fetchActivityItems(activities(1)));
  }

  private void begin() {
    provider.enqueue(withId(Sample.start(order, Sample.NAME, Sample.VERSION), "start"));
    provider.enqueue(withId(Sample.start(order, Sample.NAME, Sample.VERSION), "start"));
    provider.enqueueAll(
        List.of(
            Sample.start(other, Sample.NAME, null),
            Sample.message(order, "first"),
            withId(Sample.message(order, "second"), "second"),
            Sample.timer(order, "timer", FAR)));
    List<OrchestrationItem> items = fetch(MANY);
    Expect.equal("Instances are missing.", 2, items.size());
    for (OrchestrationItem item : items) {
      provider.renew(List.of(item.lockToken()), lockFor.multipliedBy(2));
    }
    provider.renew(
        items.stream().map(OrchestrationItem::lockToken).toList(), lockFor.multipliedBy(3));
    for (OrchestrationItem item : items) {
      provider.abandon(item.lockToken(), AbandonOptions.now());
    }
  }

  private void firstTurn() {
    List<OrchestrationAck> acks = new ArrayList<>();
    for (OrchestrationItem item : fetch(MANY)) {
      Turn turn = new Turn(provider, item.lockToken(), 1).name(Sample.NAME).events(1, MANY);
      if (item.instanceId().equals(order)) {
        for (long id = 1; id <= MANY; id++) {
          turn.activity(Sample.activity(order, id));
        }
        turn.send(
            Sample.message(other, "hello"),
            withId(Sample.message(other, "hello"), "hello"),
            Sample.timer(order, "another timer", FAR));
      }
      acks.add(turn.build());
    }
    provider.ackOrchestrationItems(acks).forEach(Expect::applied);
    provider.ackOrchestrationItems(acks).forEach(result -> Expect.alreadyApplied("", result));
  }

  private void workActivities() {
    List<ActivityItem> items = provider.fetchActivityItems(activities(MANY / 2));
    Expect.equal("Activities are missing.", MANY / 2, items.size());
    provider.renew(List.of(items.get(0).lockToken()), lockFor.multipliedBy(2));
    provider.renew(items.stream().map(ActivityItem::lockToken).toList(), lockFor.multipliedBy(3));
    provider.abandon(items.get(0).lockToken(), AbandonOptions.now());
    Expect.applied(provider.ackActivityItem(done(items.get(1))));
    Expect.alreadyApplied("", provider.ackActivityItem(done(items.get(1))));
    provider
        .ackActivityItems(items.subList(2, items.size()).stream().map(HotPath::done).toList())
        .forEach(Expect::applied);
  }

  private static ActivityAck done(ActivityItem item) {
    return ActivityAck.of(item.lockToken(), Sample.completion(item));
  }

  private void turnsWithCompletions() {
    for (OrchestrationItem item : fetch(MANY)) {
      Turn turn = new Turn(provider, item.lockToken(), 1).event(MANY + 1L);
      if (item.instanceId().equals(order)) {
        turn.send(Sample.message(other, "again"));
        for (long id = 1; id <= MANY; id++) {
          turn.cancel(new ActivityIdentity(order, 1, id));
        }
      }
      turn.apply();
    }
  }

  private void discardOrphans() {
    provider.enqueue(
        OrchestratorMessage.builder(other + "-orphan", "event", Payload.empty())
            .discardIfUnknown(true)
            .messageId("orphan")
            .build());
    provider.enqueue(Sample.message(other + "-waiting", "waits for a start"));
  }

  private void finishAll() {
    for (List<OrchestrationItem> items = fetch(1); !items.isEmpty(); items = fetch(1)) {
      for (OrchestrationItem item : items) {
        new Turn(provider, item.lockToken(), 1)
            .event(item.history().lastEventId() + 1)
            .status(ExecutionStatus.COMPLETED)
            .output("done")
            .apply();
      }
    }
  }

  private List<OrchestrationItem> fetch(int max) {
    return provider.fetchOrchestrationItems(
        OrchestrationFetch.of(max, lockFor).withInlineHistory(INLINE));
  }

  private ActivityFetch activities(int max) {
    return ActivityFetch.of(max, lockFor);
  }

  private static OrchestratorMessage withId(OrchestratorMessage message, String id) {
    return OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
        .due(message.due())
        .start(message.start())
        .messageId(id)
        .build();
  }
}
