// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.List;
import java.util.Optional;

/** What is rejected, fails or comes again claims nothing. */
@RuleFamily("CLAIM")
final class ClaimRepeatRules {

  private static final int MANY = 10;

  /**
   * A rejected ack of a turn claims nothing.
   *
   * <p><b>Shape:</b> an ack with activities and a claim is rejected for a duplicate event, a queued
   * activity and a mismatched message id: B fetches no activity; the corrected ack claims them with
   * delivery count 1; under an old token it is rejected and takes nothing that waits.
   */
  @Rule("CLAIM-06")
  void aRejectedTurnClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    ActivityItem queued = first.fetchActivity(1);
    first.enqueue(identified("order", "first"));
    OrchestrationItem item = first.fetchOne("order");
    first.turn(item).event(1).apply();
    first.poke("order");
    OrchestrationItem old = first.fetchOne("order");
    first.abandon(old);
    item = first.fetchOne("order");
    String what = "An ack that is wrong was not rejected.";

    claiming(store, item).event(1).reject(what, DuplicateEvent.class);
    claiming(store, item).activities(1).reject(what, InvalidRequest.class);
    claiming(store, item)
        .send(identified("order", "another"))
        .reject(what, IdempotencyMismatch.class);
    claiming(store, old).reject(what, LockLost.class);

    store.second().fetchNoActivity("A rejected ack scheduled activities.");
    List<ActivityItem> claimed = Claims.scheduled(claiming(store, item));
    Expect.equal("Not every activity was claimed.", List.of(11L, 12L), Claims.numbers(claimed));
    for (ActivityItem each : claimed) {
      Expect.equal("A rejected ack counted a delivery.", 1, each.deliveryCount());
      first.abandon(each);
    }
    first.abandon(queued);
    claiming(store, item).event(1).ack();
    claiming(store, old).reject(what, LockLost.class);
    Expect.equal(
        "A rejected or repeated ack locked what waits.",
        3,
        store.second().fetchActivities(MANY).size());
  }

  private static Turn claiming(StoreUnderTest store, OrchestrationItem item) {
    return store
        .first()
        .turn(item)
        .activities(11, 12)
        .eager(Claims.activities(MANY, store.lockFor()));
  }

  private static OrchestratorMessage identified(String instanceId, String body) {
    return OrchestratorMessage.builder(instanceId, "poke", Payload.utf8(body))
        .messageId("the id")
        .build();
  }

  /**
   * A rejected ack of an activity claims nothing, although its instance is free and ready.
   *
   * <p><b>Shape:</b> a message waits; the ack is rejected for a completion to another instance, a
   * mismatched message id, and a lost lock; B fetches the instance with delivery count 1 and
   * without any completion.
   */
  @Rule("CLAIM-06")
  void aRejectedActivityAckClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("other");
    first.create("order");
    first.schedule("order", 1);
    first.enqueue(identified("order", "first"));
    first.finish(first.fetchOne("order"));
    ActivityItem activity = first.fetchActivity(1);
    OrchestratorMessage waiting = first.poke("order");
    String what = "An ack that is wrong was not rejected.";

    Expect.rejected(
        what, InvalidRequest.class, ack(store, activity, Sample.message("other", "completion")));
    Expect.rejected(
        what, IdempotencyMismatch.class, ack(store, activity, identified("order", "another")));
    store.moveTime(store.lockFor());
    Expect.rejected(what, LockLost.class, ack(store, activity, Sample.completion(activity)));
    List<AckResult> results =
        first
            .provider()
            .ackActivityItems(List.of(claiming(store, activity, Sample.completion(activity))));
    Expect.rejected(what, LockLost.class, results.get(0));

    OrchestrationItem item = store.second().fetchOne("order");
    Expect.equal("A rejected ack counted a delivery.", 1, item.deliveryCount());
    Batch.expect("A rejected ack wrote a message.", item, waiting);
  }

  private static ActivityAck claiming(
      StoreUnderTest store, ActivityItem activity, OrchestratorMessage completion) {
    return new ActivityAck(activity.lockToken(), completion, Claims.instance(store.lockFor()));
  }

  private static AckResult ack(
      StoreUnderTest store, ActivityItem activity, OrchestratorMessage completion) {
    return store.first().provider().ackActivityItem(claiming(store, activity, completion));
  }

  /**
   * A failed enqueue claims nothing, although its instance is free and ready.
   *
   * <p><b>Shape:</b> a message waits; an enqueue with a claim fails for a mismatched message id and
   * for its size; B fetches the instance with delivery count 1.
   */
  @Rule("CLAIM-06")
  void aFailedEnqueueClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage waiting = first.enqueue(identified("order", "first"));
    EagerInstance eager = Claims.instance(store.lockFor());
    int most = first.provider().info().limits().maxPayloadBytes();

    Expect.thrown(
        "A message that is wrong was not refused.",
        IdempotencyMismatch.class,
        () -> first.provider().enqueue(identified("order", "another"), eager));
    Expect.thrown(
        "A message that is too large was not refused.",
        InvalidRequest.class,
        () ->
            first
                .provider()
                .enqueue(
                    OrchestratorMessage.of("order", "poke", Payload.of(new byte[most + 1])),
                    eager));

    OrchestrationItem item = store.second().fetchOne("order");
    Expect.equal("A failed enqueue counted a delivery.", 1, item.deliveryCount());
    Batch.expect("A failed enqueue wrote a message.", item, waiting);
  }

  /**
   * A repeated ack of a turn claims nothing, neither while the first claim is held nor afterwards.
   *
   * <p><b>Shape:</b> an ack claims two activities; its repeats, single and in a list, are
   * AlreadyApplied; the claimed ones are renewed and given back; after another repeat B fetches
   * both with delivery count 2.
   */
  @Rule("CLAIM-06")
  void aRepeatedTurnClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationAck ack = claiming(store, first.fetchOne("order")).build();
    List<ActivityItem> claimed = Claims.scheduled(first.provider().ackOrchestrationItem(ack));
    Expect.equal("Not every activity was claimed.", List.of(11L, 12L), Claims.numbers(claimed));

    expectRepeat(first.provider().ackOrchestrationItem(ack));
    claimed.forEach(item -> first.renew(item, store.lockFor()));
    claimed.forEach(first::abandon);
    expectRepeat(first.provider().ackOrchestrationItem(ack));
    first.provider().ackOrchestrationItems(List.of(ack)).forEach(ClaimRepeatRules::expectRepeat);

    List<ActivityItem> items = store.second().fetchActivities(MANY);
    Expect.equal("A repeat locked what the first call had claimed.", 2, items.size());
    items.forEach(item -> Expect.equal("A repeat counted a delivery.", 2, item.deliveryCount()));
  }

  private static void expectRepeat(AckResult result) {
    Expect.alreadyApplied("A repeated ack was not recognised.", result);
  }

  /**
   * A repeated ack of an activity claims nothing, neither while the first claim is held nor
   * afterwards.
   *
   * <p><b>Shape:</b> an ack claims its instance; its repeats, single and in a list, are
   * AlreadyApplied; the claim is renewed and given back; after another repeat B fetches the
   * instance with delivery count 2. When the first ack had no claim, a repeat with one claims
   * nothing either.
   */
  @Rule("CLAIM-06")
  void aRepeatedActivityAckClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    List<ActivityItem> activities = first.fetchActivities(MANY);
    ActivityAck ack = claiming(store, activities.get(0), Sample.completion(activities.get(0)));
    OrchestrationItem claimed =
        Claims.claimed(
            "The instance was not claimed.",
            Claims.completed(first.provider().ackActivityItem(ack)));

    expectRepeat(first.provider().ackActivityItem(ack));
    first.renew(claimed, store.lockFor());
    first.abandon(claimed);
    expectRepeat(first.provider().ackActivityItem(ack));
    first.provider().ackActivityItems(List.of(ack)).forEach(ClaimRepeatRules::expectRepeat);

    OrchestrationItem item = store.second().fetchOne("order");
    Expect.equal("A repeat counted a delivery.", 2, item.deliveryCount());
    Batch.expect("A repeat wrote a message.", item, Sample.completion(activities.get(0)));
    store.second().finish(item);

    OrchestratorMessage second = first.complete(activities.get(1));
    expectRepeat(ack(store, activities.get(1), second));
    Expect.equal(
        "A repeat claimed what its first call had not.",
        1,
        store.second().fetchOne("order").deliveryCount());
  }

  /**
   * A repeated enqueue claims nothing, neither while the first claim is held nor afterwards.
   *
   * <p><b>Shape:</b> a message with an id claims its instance; its repeat answers nothing; the
   * claim is renewed and given back; after another repeat B fetches the instance with delivery
   * count 2 and one message; after the ack a repeat delivers nothing. When the first enqueue had no
   * claim, a repeat with one claims nothing either.
   */
  @Rule("CLAIM-06")
  void aRepeatedEnqueueClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage message = identified("order", "first");
    EagerInstance eager = Claims.instance(store.lockFor());
    OrchestrationItem claimed =
        Claims.claimed("The instance was not claimed.", claimed(first, message, eager));

    expectNothing(claimed(first, message, eager));
    first.renew(claimed, store.lockFor());
    first.abandon(claimed);
    expectNothing(claimed(first, message, eager));

    OrchestrationItem item = store.second().fetchOne("order");
    Expect.equal("A repeat counted a delivery.", 2, item.deliveryCount());
    Batch.expect("A repeat wrote a message.", item, message);
    store.second().finish(item);
    expectNothing(claimed(first, message, eager));
    store.second().fetchNone("A consumed message came again.");

    first.create("later");
    OrchestratorMessage unclaimed = first.enqueue(identified("later", "first"));
    expectNothing(claimed(first, unclaimed, eager));
    Expect.equal(
        "A repeat claimed what its first call had not.",
        1,
        store.second().fetchOne("later").deliveryCount());
  }

  private static Optional<OrchestrationItem> claimed(
      Handle handle, OrchestratorMessage message, EagerInstance eager) {
    return Optional.ofNullable(handle.provider().enqueue(message, eager).eagerInstance());
  }

  private static void expectNothing(Optional<OrchestrationItem> claimed) {
    Expect.equal(
        "An enqueue that adds nothing claimed something.", List.of(), claimed.stream().toList());
  }
}
