// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A little of everything that a store can have under way, and what becomes of it. An older version
 * of a provider writes it, its files are kept, and each newer version must find it and bring it to
 * its end. What is written here never changes: files of it exist. Stateless.
 */
public final class LiveWork {

  /** When the timer is due. */
  public static final Instant DUE = Instant.parse("2200-01-02T03:04:05.678901Z");

  private static final Duration LOCK = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(1);
  private static final String PROBLEM = "it waits for a person";

  private LiveWork() {}

  /**
   * Fills an empty store.
   *
   * @param provider a handle on it
   */
  public static void write(Provider provider) {
    provider.enqueue(start("running", "m-used"));
    OrchestrationItem running = only(provider);
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(running.lockToken(), 1)
                .historyDelta(Sample.events(1, 3))
                .activities(
                    List.of(
                        Sample.activity("running", 1),
                        Sample.activity("running", 2),
                        Sample.activity("running", 3)))
                .messages(List.of(timer()))
                .metadata(born().status(ExecutionStatus.RUNNING).build())
                .build()));
    ActivityItem first = provider.fetchActivityItems(ActivityFetch.of(1, LOCK)).get(0);
    Expect.applied(
        provider.ackActivityItem(ActivityAck.of(first.lockToken(), Sample.completion(first))));
    provider.fetchActivityItems(ActivityFetch.of(1, SHORT));
    OrchestrationItem again = only(provider);
    provider.reportProblem(again.lockToken(), PROBLEM);
    provider.abandon(again.lockToken(), AbandonOptions.after(SHORT));

    provider.enqueue(Sample.start("finished", Sample.NAME, Sample.VERSION));
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(take(provider, "finished").lockToken(), 1)
                .historyDelta(Sample.events(1, 2))
                .metadata(
                    born().status(ExecutionStatus.COMPLETED).output(Payload.utf8("done")).build())
                .build()));

    provider.enqueue(Sample.start("continued", Sample.NAME, Sample.VERSION));
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(take(provider, "continued").lockToken(), 1)
                .historyDelta(Sample.events(1, 4))
                .messages(List.of(start("continued", "m-next")))
                .metadata(born().status(ExecutionStatus.CONTINUED_AS_NEW).build())
                .build()));
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(take(provider, "continued").lockToken(), 2)
                .historyDelta(Sample.events(1, 1))
                .metadata(born().status(ExecutionStatus.RUNNING).build())
                .build()));
    provider.enqueue(Sample.message("continued", "poke"));

    provider.enqueue(start("waiting", "m-waiting"));
    provider.enqueue(Sample.message("waiting", "behind the start"));
  }

  /**
   * Checks that all of it is there and brings it to its end.
   *
   * @param provider a handle on a store that {@link #write} filled some time ago
   */
  public static void finish(Provider provider) {
    Expect.equal(
        "A problem was lost.",
        PROBLEM,
        provider.describeInstance("running").orElseThrow().problems().get(0).text());
    expectUsedIds(provider);
    Map<String, OrchestrationItem> items = fetch(provider);
    Expect.equal(
        "Not what was queued is delivered.",
        List.of("continued", "running", "waiting"),
        items.keySet().stream().sorted().toList());
    expectItem(of(items, "running"), 1, 3, 2, List.of("result of 1"));
    expectItem(of(items, "continued"), 2, 1, 1, List.of("poke"));
    expectItem(of(items, "waiting"), 1, 0, 1, List.of("input of waiting", "behind the start"));
    Expect.equal(
        "An ended execution lost its history.",
        Sample.events(1, 4),
        provider.readHistory("continued", 1, 0, Handle.ALL).events());
    Expect.equal(
        "A finished instance lost its history.",
        Sample.events(1, 2),
        provider.readHistory("finished", 1, 0, Handle.ALL).events());

    Map<Long, ActivityItem> activities =
        provider.fetchActivityItems(ActivityFetch.of(10, LOCK)).stream()
            .collect(Collectors.toMap(item -> item.task().activityId(), Function.identity()));
    Expect.equal(
        "Not the waiting activities are delivered.",
        List.of(2L, 3L),
        activities.keySet().stream().sorted().toList());
    activities.values().forEach(item -> expectActivity(provider, item));

    end(provider, of(items, "running"), false);
    end(provider, of(items, "continued"), true);
    end(provider, of(items, "waiting"), true);
    OrchestrationItem last = only(provider);
    expectItem(last, 1, 4, 1, List.of("result of 2", "result of 3"));
    end(provider, last, false);
    Expect.none("More was queued.", provider.fetchOrchestrationItems(request()));
    Expect.none("More was queued.", provider.fetchActivityItems(ActivityFetch.of(10, LOCK)));
  }

  /**
   * Checks the timer, and ends its instance.
   *
   * @param provider a handle on a store that {@link #finish} worked on, whose clock has passed
   *     {@link #DUE}
   */
  public static void finishTimer(Provider provider) {
    OrchestrationItem item = only(provider);
    expectItem(item, 1, 5, 1, List.of("far"));
    end(provider, item, true);
  }

  private static void expectUsedIds(Provider provider) {
    Expect.equal(
        "A used message id was forgotten.",
        false,
        provider.enqueue(start("running", "m-used")).stored());
    Expect.equal(
        "The id of a queued message was forgotten.",
        false,
        provider.enqueue(start("waiting", "m-waiting")).stored());
    Expect.thrown(
        "A used message id was taken with other content.",
        IdempotencyMismatch.class,
        () ->
            provider.enqueue(
                OrchestratorMessage.builder("running", "other", Payload.empty())
                    .messageId("m-used")
                    .build()));
  }

  private static void expectActivity(Provider provider, ActivityItem item) {
    Expect.equal(
        "An activity changed.", Sample.activity("running", item.task().activityId()), item.task());
    Expect.equal(
        "An activity's delivery count changed.",
        item.task().activityId() == 2 ? 2 : 1,
        item.deliveryCount());
    Expect.applied(
        provider.ackActivityItem(ActivityAck.of(item.lockToken(), Sample.completion(item))));
  }

  private static void expectItem(
      OrchestrationItem item, long executionId, int events, int deliveries, List<String> bodies) {
    String which = " of " + item.instanceId();
    Expect.equal("The name" + which, Sample.NAME, item.name());
    Expect.equal("The version" + which, Sample.VERSION, item.version());
    Expect.equal("The execution" + which, executionId, item.executionId());
    Expect.equal("The history" + which, Sample.events(1, events), item.history().events());
    Expect.equal("The delivery count" + which, deliveries, item.deliveryCount());
    Expect.equal(
        "The batch" + which,
        bodies,
        item.messages().stream().map(message -> message.body().asUtf8()).toList());
  }

  private static void end(Provider provider, OrchestrationItem item, boolean ends) {
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), item.executionId())
                .historyDelta(List.of(Sample.event(item.history().lastEventId() + 1)))
                .metadata(
                    born()
                        .status(ends ? ExecutionStatus.COMPLETED : ExecutionStatus.RUNNING)
                        .build())
                .build()));
  }

  private static ExecutionMetadata.Builder born() {
    return ExecutionMetadata.builder().name(Sample.NAME).version(Sample.VERSION);
  }

  private static OrchestratorMessage start(String instanceId, String messageId) {
    return OrchestratorMessage.builder(instanceId, "start", Payload.utf8("input of " + instanceId))
        .start(new ExecutionStart(Sample.NAME, Sample.VERSION, null))
        .messageId(messageId)
        .build();
  }

  private static OrchestratorMessage timer() {
    return OrchestratorMessage.builder("running", "timer", Payload.utf8("far"))
        .due(Due.at(DUE))
        .messageId("m-timer")
        .build();
  }

  private static OrchestrationFetch request() {
    return OrchestrationFetch.of(10, LOCK);
  }

  private static Map<String, OrchestrationItem> fetch(Provider provider) {
    return provider.fetchOrchestrationItems(request()).stream()
        .collect(Collectors.toMap(OrchestrationItem::instanceId, Function.identity()));
  }

  private static OrchestrationItem only(Provider provider) {
    List<OrchestrationItem> items = provider.fetchOrchestrationItems(request());
    Expect.equal("Instances that are ready", 1, items.size());
    return items.get(0);
  }

  /** Takes one instance and gives back the others, without a trace. */
  private static OrchestrationItem take(Provider provider, String instanceId) {
    Map<String, OrchestrationItem> items = fetch(provider);
    items.values().stream()
        .filter(item -> !item.instanceId().equals(instanceId))
        .forEach(item -> provider.abandon(item.lockToken(), AbandonOptions.now().uncounted()));
    return of(items, instanceId);
  }

  private static OrchestrationItem of(Map<String, OrchestrationItem> items, String instanceId) {
    OrchestrationItem item = items.get(instanceId);
    if (item == null) {
      throw Expect.violation("An instance is not delivered.", instanceId, items.keySet());
    }
    return item;
  }
}
