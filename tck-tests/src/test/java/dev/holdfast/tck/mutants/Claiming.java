// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Passes claims and what they got on, in single and list forms; broken variants change what is
 * asked or answered.
 */
class Claiming extends Forwarding {

  private static final int MANY = 1_000;

  Claiming(Provider inner) {
    super(inner);
  }

  /** A claim on its way in; null for none. */
  @Nullable EagerInstance asked(EagerInstance eager) {
    return eager;
  }

  /** A claim on its way in; null for none. */
  @Nullable EagerActivities asked(EagerActivities eager) {
    return eager;
  }

  /** An instance that was claimed, on its way out; null for none. */
  @Nullable OrchestrationItem got(OrchestrationItem item) {
    return item;
  }

  /** The activities that an ack claimed, on their way out. */
  List<ActivityItem> got(OrchestrationAck ack, List<ActivityItem> items) {
    return items;
  }

  /** The answer to an ack with a claim. */
  AckResult answer(OrchestrationAck ack, AckResult result) {
    return result instanceof AckResult.Applied applied
        ? new AckResult.Applied(got(ack, applied.eagerActivities()), null, applied.turnAhead())
        : result;
  }

  /** The answer to an ack with a claim. */
  AckResult answer(ActivityAck ack, AckResult result) {
    return result instanceof AckResult.Applied applied
        ? new AckResult.Applied(
            List.of(),
            Optional.ofNullable(applied.eagerInstance()).map(this::got).orElse(null),
            applied.turnAhead())
        : result;
  }

  /** The answer to an enqueue with a claim. */
  Optional<OrchestrationItem> answer(
      OrchestratorMessage message, EagerInstance eager, Optional<OrchestrationItem> item) {
    return item.map(this::got);
  }

  final OrchestrationAck in(OrchestrationAck ack) {
    EagerActivities eager = ack.eager();
    return Change.of(ack).eager(eager == null ? null : asked(eager)).build();
  }

  final ActivityAck in(ActivityAck ack) {
    EagerInstance eager = ack.eager();
    return new ActivityAck(ack.lockToken(), ack.completion(), eager == null ? null : asked(eager));
  }

  private AckResult out(OrchestrationAck ack, AckResult result) {
    return ack.eager() == null ? result : answer(ack, result);
  }

  private AckResult out(ActivityAck ack, AckResult result) {
    return ack.eager() == null ? result : answer(ack, result);
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return out(ack, inner.ackOrchestrationItem(in(ack)));
  }

  @Override
  public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
    List<AckResult> results = inner.ackOrchestrationItems(acks.stream().map(this::in).toList());
    return IntStream.range(0, acks.size()).mapToObj(i -> out(acks.get(i), results.get(i))).toList();
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return out(ack, inner.ackActivityItem(in(ack)));
  }

  @Override
  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
    List<AckResult> results = inner.ackActivityItems(acks.stream().map(this::in).toList());
    return IntStream.range(0, acks.size()).mapToObj(i -> out(acks.get(i), results.get(i))).toList();
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    EagerInstance asked = asked(eager);
    EnqueueResult result = asked == null ? inner.enqueue(message) : inner.enqueue(message, asked);
    Optional<OrchestrationItem> claimed = Optional.ofNullable(result.eagerInstance());
    return new EnqueueResult(
        result.stored(), answer(message, eager, claimed).orElse(null), result.turnAhead());
  }

  /** Takes an instance out of all that are ready, and gives the others back, the last one first. */
  final Optional<OrchestrationItem> take(String instanceId, Duration lockFor) {
    List<OrchestrationItem> items =
        new ArrayList<>(inner.fetchOrchestrationItems(OrchestrationFetch.of(MANY, lockFor)));
    Collections.reverse(items);
    Optional<OrchestrationItem> found = Optional.empty();
    for (OrchestrationItem item : items) {
      if (item.instanceId().equals(instanceId)) {
        found = Optional.of(item);
      } else {
        inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
      }
    }
    return found;
  }
}
