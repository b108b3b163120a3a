// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes calls with changes on; broken variants override what they do to lists, to acks or to the
 * calls alone.
 */
class Changed extends Forwarding implements Changes {

  private final Optional<Changes> right;

  Changed(Provider inner) {
    super(inner);
    right = inner.capability(Changes.class);
  }

  /** The changes of any call on their way in. */
  List<dev.holdfast.provider.Change> written(List<dev.holdfast.provider.Change> changes) {
    return changes;
  }

  /** The results of any call on their way out. */
  List<ChangeResult> told(List<ChangeResult> results) {
    return results;
  }

  /** The answer to an ack that carried changes, on its way out. */
  AckResult answered(List<dev.holdfast.provider.Change> changes, AckResult result) {
    return result;
  }

  final Changes right() {
    return right.orElseThrow();
  }

  @Override
  public int maxChanges() {
    return right().maxChanges();
  }

  @Override
  public List<ChangeResult> apply(
      List<dev.holdfast.provider.Change> changes, @Nullable Fence fence) {
    return told(right().apply(written(changes), fence));
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return answered(ack.changes(), told(acked(ack.withChanges(written(ack.changes())))));
  }

  /** Makes an ack. */
  AckResult acked(OrchestrationAck ack) {
    return inner.ackOrchestrationItem(ack);
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return answered(ack.changes(), told(acked(ack.withChanges(written(ack.changes())))));
  }

  /** Makes an ack. */
  AckResult acked(ActivityAck ack) {
    return inner.ackActivityItem(ack);
  }

  private AckResult told(AckResult result) {
    return result instanceof AckResult.Applied applied
        ? applied.withResults(told(applied.results()))
        : result;
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    return type == Changes.class && right.isPresent()
        ? Optional.of(type.cast(this))
        : super.capability(type);
  }
}
