// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.InstanceClaim;
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
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
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
   * attempt count 1; under an old token it is rejected and takes nothing that waits.
   *
   * <p><b>If this fails, check:</b> does the claim run before all checks are done? is it rolled
   * back with the rest?
   */
  @Rule("CLAIM-06")
  void aRejectedTurnClaimsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    ActivityItem queued = a.fetchActivity(1);
    a.enqueue(identified("order", "first"));
    OrchestrationItem item = a.fetchOne("order");
    a.turn(item).event(1).apply();
    a.poke("order");
    OrchestrationItem old = a.fetchOne("order");
    a.abandon(old);
    item = a.fetchOne("order");
    String what = "An ack that is wrong was not rejected.";

    claiming(s, item).event(1).reject(what, DuplicateEvent.class);
    claiming(s, item).activities(1).reject(what, InvalidRequest.class);
    claiming(s, item).send(identified("order", "another")).reject(what, IdempotencyMismatch.class);
    claiming(s, old).reject(what, LockLost.class);

    s.b().fetchNoActivity("A rejected ack scheduled activities.");
    List<ActivityItem> claimed = Claims.scheduled(claiming(s, item));
    Expect.equal("Not every activity was claimed.", List.of(11L, 12L), Claims.numbers(claimed));
    for (ActivityItem each : claimed) {
      Expect.equal("A rejected ack counted an attempt.", 1, each.attemptCount());
      a.abandon(each);
    }
    a.abandon(queued);
    claiming(s, item).event(1).ack();
    claiming(s, old).reject(what, LockLost.class);
    Expect.equal(
        "A rejected or repeated ack locked what waits.", 3, s.b().fetchActivities(MANY).size());
  }

  private static Turn claiming(StoreUnderTest s, OrchestrationItem item) {
    return s.a().turn(item).activities(11, 12).claim(Claims.activities(MANY, s.lockFor()));
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
   * mismatched message id, and a lost lock; B fetches the instance with attempt count 1 and without
   * any completion.
   *
   * <p><b>If this fails, check:</b> does the claim look at the result of the ack?
   */
  @Rule("CLAIM-06")
  void aRejectedActivityAckClaimsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("other");
    a.create("order");
    a.schedule("order", 1);
    a.enqueue(identified("order", "first"));
    a.finish(a.fetchOne("order"));
    ActivityItem activity = a.fetchActivity(1);
    OrchestratorMessage waiting = a.poke("order");
    String what = "An ack that is wrong was not rejected.";

    Expect.rejected(
        what, InvalidRequest.class, ack(s, activity, Sample.message("other", "completion")));
    Expect.rejected(
        what, IdempotencyMismatch.class, ack(s, activity, identified("order", "another")));
    s.moveTime(s.lockFor());
    Expect.rejected(what, LockLost.class, ack(s, activity, Sample.completion(activity)));
    List<AckResult> results =
        a.provider().ackActivityItems(List.of(claiming(s, activity, Sample.completion(activity))));
    Expect.rejected(what, LockLost.class, results.get(0));

    OrchestrationItem item = s.b().fetchOne("order");
    Expect.equal("A rejected ack counted an attempt.", 1, item.attemptCount());
    Batch.expect("A rejected ack wrote a message.", item, waiting);
  }

  private static ActivityAck claiming(
      StoreUnderTest s, ActivityItem activity, OrchestratorMessage completion) {
    return new ActivityAck(activity.lockToken(), completion, Claims.instance(s.lockFor()));
  }

  private static AckResult ack(
      StoreUnderTest s, ActivityItem activity, OrchestratorMessage completion) {
    return s.a().provider().ackActivityItem(claiming(s, activity, completion));
  }

  /**
   * A failed enqueue claims nothing, although its instance is free and ready.
   *
   * <p><b>Shape:</b> a message waits; an enqueue with a claim fails for a mismatched message id and
   * for its size; B fetches the instance with attempt count 1.
   *
   * <p><b>If this fails, check:</b> is the claim rolled back with the message?
   */
  @Rule("CLAIM-06")
  void aFailedEnqueueClaimsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage waiting = a.enqueue(identified("order", "first"));
    InstanceClaim claim = Claims.instance(s.lockFor());
    int most = a.provider().info().limits().maxPayloadBytes();

    Expect.thrown(
        "A message that is wrong was not refused.",
        IdempotencyMismatch.class,
        () -> a.provider().enqueue(identified("order", "another"), claim));
    Expect.thrown(
        "A message that is too large was not refused.",
        InvalidRequest.class,
        () ->
            a.provider()
                .enqueue(
                    OrchestratorMessage.of("order", "poke", Payload.of(new byte[most + 1])),
                    claim));

    OrchestrationItem item = s.b().fetchOne("order");
    Expect.equal("A failed enqueue counted an attempt.", 1, item.attemptCount());
    Batch.expect("A failed enqueue wrote a message.", item, waiting);
  }

  /**
   * A repeated ack of a turn claims nothing, neither while the first claim is held nor afterwards.
   *
   * <p><b>Shape:</b> an ack claims two activities; its repeats, single and in a list, are
   * AlreadyApplied; the claimed ones are renewed and given back; after another repeat B fetches
   * both with attempt count 2.
   *
   * <p><b>If this fails, check:</b> does the path of a repeat pass the claim?
   */
  @Rule("CLAIM-06")
  void aRepeatedTurnClaimsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationAck ack = claiming(s, a.fetchOne("order")).build();
    List<ActivityItem> claimed = Claims.scheduled(a.provider().ackOrchestrationItem(ack));
    Expect.equal("Not every activity was claimed.", List.of(11L, 12L), Claims.numbers(claimed));

    expectRepeat(a.provider().ackOrchestrationItem(ack));
    claimed.forEach(item -> a.renew(item, s.lockFor()));
    claimed.forEach(a::abandon);
    expectRepeat(a.provider().ackOrchestrationItem(ack));
    a.provider().ackOrchestrationItems(List.of(ack)).forEach(ClaimRepeatRules::expectRepeat);

    List<ActivityItem> items = s.b().fetchActivities(MANY);
    Expect.equal("A repeat locked what the first call had claimed.", 2, items.size());
    items.forEach(item -> Expect.equal("A repeat counted an attempt.", 2, item.attemptCount()));
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
   * instance with attempt count 2. When the first ack had no claim, a repeat with one claims
   * nothing either.
   *
   * <p><b>If this fails, check:</b> does the path of a repeat pass the claim?
   */
  @Rule("CLAIM-06")
  void aRepeatedActivityAckClaimsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    List<ActivityItem> activities = a.fetchActivities(MANY);
    ActivityAck ack = claiming(s, activities.get(0), Sample.completion(activities.get(0)));
    OrchestrationItem claimed =
        Claims.claimed(
            "The instance was not claimed.", Claims.completed(a.provider().ackActivityItem(ack)));

    expectRepeat(a.provider().ackActivityItem(ack));
    a.renew(claimed, s.lockFor());
    a.abandon(claimed);
    expectRepeat(a.provider().ackActivityItem(ack));
    a.provider().ackActivityItems(List.of(ack)).forEach(ClaimRepeatRules::expectRepeat);

    OrchestrationItem item = s.b().fetchOne("order");
    Expect.equal("A repeat counted an attempt.", 2, item.attemptCount());
    Batch.expect("A repeat wrote a message.", item, Sample.completion(activities.get(0)));
    s.b().finish(item);

    OrchestratorMessage second = a.complete(activities.get(1));
    expectRepeat(ack(s, activities.get(1), second));
    Expect.equal(
        "A repeat claimed what its first call had not.", 1, s.b().fetchOne("order").attemptCount());
  }

  /**
   * A repeated enqueue claims nothing, neither while the first claim is held nor afterwards.
   *
   * <p><b>Shape:</b> a message with an id claims its instance; its repeat answers nothing; the
   * claim is renewed and given back; after another repeat B fetches the instance with attempt count
   * 2 and one message; after the ack a repeat delivers nothing. When the first enqueue had no
   * claim, a repeat with one claims nothing either.
   *
   * <p><b>If this fails, check:</b> does a message that adds nothing still reach the claim?
   */
  @Rule("CLAIM-06")
  void aRepeatedEnqueueClaimsNothing(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage message = identified("order", "first");
    InstanceClaim claim = Claims.instance(s.lockFor());
    OrchestrationItem claimed =
        Claims.claimed("The instance was not claimed.", claimed(a, message, claim));

    expectNothing(claimed(a, message, claim));
    a.renew(claimed, s.lockFor());
    a.abandon(claimed);
    expectNothing(claimed(a, message, claim));

    OrchestrationItem item = s.b().fetchOne("order");
    Expect.equal("A repeat counted an attempt.", 2, item.attemptCount());
    Batch.expect("A repeat wrote a message.", item, message);
    s.b().finish(item);
    expectNothing(claimed(a, message, claim));
    s.b().fetchNone("A consumed message came again.");

    a.create("later");
    OrchestratorMessage unclaimed = a.enqueue(identified("later", "first"));
    expectNothing(claimed(a, unclaimed, claim));
    Expect.equal(
        "A repeat claimed what its first call had not.", 1, s.b().fetchOne("later").attemptCount());
  }

  private static Optional<OrchestrationItem> claimed(
      Handle handle, OrchestratorMessage message, InstanceClaim claim) {
    return Optional.ofNullable(handle.provider().enqueue(message, claim).claimed());
  }

  private static void expectNothing(Optional<OrchestrationItem> claimed) {
    Expect.equal(
        "An enqueue that adds nothing claimed something.", List.of(), claimed.stream().toList());
  }
}
