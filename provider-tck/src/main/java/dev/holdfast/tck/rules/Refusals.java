// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of refusals: calls that every provider must refuse, with marked secrets in their
 * payloads.
 */
final class Refusals {

  static final String SECRET = "s3cr3t-d0-n0t-sh0w";
  private static final String TAKEN = "taken";

  private Refusals() {}

  /** Every refusal that a held instance, a held activity and a used message id make possible. */
  static List<Refusal> of(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.enqueue(message("order", TAKEN, "first"));
    first.turn(first.fetchOne("order")).name(Sample.NAME).events(1, 3).apply();
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    ActivityItem activity = first.fetchActivity(1);

    List<Refusal> table = new ArrayList<>();
    addAcks(table, first, item);
    addActivityAcks(table, first, activity);
    addOthers(table, store, item, activity);
    return table;
  }

  private static void addAcks(List<Refusal> table, Handle first, OrchestrationItem item) {
    LockToken stranger = new LockToken.OfInstance("order", item.lockToken().epoch() + 1_000);
    ack(table, first, LockLost.class, good(first.turn(stranger, 1)));
    ack(table, first, LockLost.class, first.turn(new LockToken.OfInstance("nobody", 1), 1));
    ack(
        table,
        first,
        DuplicateEvent.class,
        good(first.turn(item)).events(List.of(event(3), event(4))));
    ack(
        table,
        first,
        DuplicateEvent.class,
        good(first.turn(item)).events(List.of(event(4), event(4))));
    ack(
        table,
        first,
        InvalidRequest.class,
        good(first.turn(item)).events(List.of(event(5), event(4))));
    ack(
        table,
        first,
        InvalidRequest.class,
        good(first.turn(item)).event(4).activity(Sample.activity("other", 1)));
    ack(
        table,
        first,
        InvalidRequest.class,
        good(first.turn(item)).event(4).activity(Sample.activity("order", 2, 1)));
    ack(
        table,
        first,
        InvalidRequest.class,
        good(first.turn(item)).event(4).activity(Sample.activity("order", 1)));
    ack(
        table,
        first,
        InvalidRequest.class,
        good(first.turn(item)).events(List.of(tooLarge(first))));
    ack(
        table,
        first,
        IdempotencyMismatch.class,
        good(first.turn(item)).event(4).send(message("order", TAKEN, "second")));
  }

  private static Turn good(Turn turn) {
    return turn.name("another").output(SECRET).send(message("other", "new", SECRET));
  }

  private static void ack(
      List<Refusal> table, Handle first, Class<? extends Permanent> type, Turn turn) {
    OrchestrationAck ack = turn.build();
    Provider provider = first.provider();
    table.add(
        new Refusal(
            "ackOrchestrationItem", type, () -> rejection(provider.ackOrchestrationItem(ack))));
    table.add(
        new Refusal(
            "ackOrchestrationItem",
            type,
            () -> rejection(provider.ackOrchestrationItems(List.of(ack)).get(0))));
  }

  private static void addActivityAcks(List<Refusal> table, Handle first, ActivityItem item) {
    LockToken token = item.lockToken();
    LockToken stranger = new LockToken.OfActivity(item.task().identity(), token.epoch() + 1_000);
    OrchestratorMessage completion = message("order", null, SECRET);
    activityAck(table, first, LockLost.class, ActivityAck.of(stranger, completion));
    activityAck(
        table, first, InvalidRequest.class, ActivityAck.of(token, message("other", null, SECRET)));
    activityAck(
        table,
        first,
        IdempotencyMismatch.class,
        ActivityAck.of(token, message("order", TAKEN, "2")));
  }

  private static void activityAck(
      List<Refusal> table, Handle first, Class<? extends Permanent> type, ActivityAck ack) {
    Provider provider = first.provider();
    table.add(new Refusal("ackActivityItem", type, () -> rejection(provider.ackActivityItem(ack))));
    table.add(
        new Refusal(
            "ackActivityItem",
            type,
            () -> rejection(provider.ackActivityItems(List.of(ack)).get(0))));
  }

  private static void addOthers(
      List<Refusal> table, StoreUnderTest store, OrchestrationItem item, ActivityItem activity) {
    Provider provider = store.first().provider();
    LockToken token = item.lockToken();
    LockToken activityToken = activity.lockToken();
    LockToken nobody = new LockToken.OfInstance("nobody", 1);
    LockToken noActivity =
        new LockToken.OfActivity(activity.task().identity(), activityToken.epoch() + 1_000);
    Duration lock = store.lockFor();
    AbandonOptions now = AbandonOptions.now();
    thrown(
        table, "renew", InvalidRequest.class, () -> provider.renew(List.of(token), Duration.ZERO));
    thrown(
        table,
        "renew",
        InvalidRequest.class,
        () -> provider.renew(List.of(activityToken), lock.negated()));
    thrown(
        table,
        "renew",
        InvalidRequest.class,
        () -> provider.renew(List.of(token, activityToken), Duration.ZERO));
    thrown(table, "abandon", LockLost.class, () -> provider.abandon(nobody, now));
    thrown(table, "abandon", LockLost.class, () -> provider.abandon(noActivity, now));
    thrown(table, "reportProblem", LockLost.class, () -> provider.reportProblem(nobody, "stuck"));
    thrown(
        table, "reportProblem", LockLost.class, () -> provider.reportProblem(noActivity, "stuck"));
    thrown(table, "reportProblem", InvalidRequest.class, () -> provider.reportProblem(token, ""));
    OrchestratorMessage mismatch = message("order", TAKEN, "second " + SECRET);
    thrown(table, "enqueue", IdempotencyMismatch.class, () -> provider.enqueue(mismatch));
    thrown(
        table, "enqueue", IdempotencyMismatch.class, () -> provider.enqueueAll(List.of(mismatch)));
    OrchestratorMessage large =
        OrchestratorMessage.of("order", "poke", tooLarge(store.first()).data());
    thrown(table, "enqueue", InvalidRequest.class, () -> provider.enqueue(large));
    thrown(
        table,
        "enqueue",
        InvalidRequest.class,
        () -> provider.enqueueAll(List.of(message("order", null, SECRET), large)));
    thrown(
        table, "readHistory", InvalidRequest.class, () -> provider.readHistory("order", 0, 0, 1));
    thrown(
        table, "readHistory", InvalidRequest.class, () -> provider.readHistory("order", 1, -1, 1));
    thrown(
        table, "readHistory", InvalidRequest.class, () -> provider.readHistory("order", 1, 0, 0));
    thrown(table, "readHistory", InvalidRequest.class, () -> provider.readHistory("", 1, 0, 1));
    thrown(table, "latestExecutionId", InvalidRequest.class, () -> provider.latestExecutionId(""));
  }

  private static void thrown(
      List<Refusal> table, String operation, Class<? extends Permanent> type, Runnable call) {
    table.add(
        new Refusal(
            operation,
            type,
            () -> {
              try {
                call.run();
                return null;
              } catch (ProviderError error) {
                return error;
              }
            }));
  }

  private static @Nullable ProviderError rejection(AckResult result) {
    return result instanceof AckResult.Rejected(var error) ? error : null;
  }

  private static OrchestratorMessage message(
      String instanceId, @Nullable String messageId, String body) {
    return OrchestratorMessage.builder(instanceId, "poke", Payload.utf8(body + SECRET))
        .messageId(messageId)
        .build();
  }

  private static HistoryEvent event(long eventId) {
    return new HistoryEvent(eventId, "happened", Payload.utf8(SECRET), Sample.RECORDED_AT);
  }

  private static HistoryEvent tooLarge(Handle handle) {
    int max = handle.provider().info().limits().maxPayloadBytes();
    return new HistoryEvent(4, "happened", Payload.of(new byte[max + 1]), Sample.RECORDED_AT);
  }
}
