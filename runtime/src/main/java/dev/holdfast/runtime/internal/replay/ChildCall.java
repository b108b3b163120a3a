// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.ChildFailedException;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import org.jspecify.annotations.Nullable;

/** A child that was started. */
final class ChildCall<O extends @Nullable Object> implements PendingRequest {

  private final PendingRequests work;
  private final PayloadCodec values;
  private final Orchestration<?, O> orchestration;
  private final String instanceId;
  private boolean goesOnAlone;
  private final Promise<O> promise;
  private long id;
  private boolean askedToCancel;

  ChildCall(
      ExecutionScope gate,
      PendingRequests work,
      PayloadCodec values,
      Orchestration<?, O> orchestration,
      String instanceId,
      boolean goesOnAlone) {
    this.goesOnAlone = goesOnAlone;
    this.work = work;
    this.values = values;
    this.orchestration = orchestration;
    this.instanceId = instanceId;
    this.promise = new Promise<>(gate, this::takeBack);
  }

  DurableFuture<O> start(Json input) {
    String version = orchestration.version().orElse(null);
    HistoryEntry asked =
        work.ask(
            new Event.ChildScheduled(
                orchestration.name(), version, instanceId, input, goesOnAlone ? true : null),
            this);
    id = asked.id();
    goesOnAlone = asked.event() instanceof Event.ChildScheduled recorded && recorded.goesOnAlone();
    return promise;
  }

  String instanceId() {
    return instanceId;
  }

  /** {@return whether the child is to be asked to cancel when its parent ends} */
  boolean endsWithParent() {
    return !goesOnAlone && !askedToCancel;
  }

  @Override
  public void on(Event.Received answer) {
    switch (answer) {
      case Event.ChildCompleted completed ->
          promise.settle(() -> values.<O>decode(completed.output(), orchestration.outputType()));
      case Event.ChildFailed failed ->
          promise.fail(
              () -> new ChildFailedException(instanceId, failed.failure(), failed.cancelled()));
      default -> throw new IllegalStateException(answer.kind() + " does not answer a child");
    }
  }

  /**
   * Asks the child to cancel and goes on waiting: the child may compensate, and its parent may
   * await that. One that goes on alone is left alone.
   */
  @Override
  public void onCancelRequested() {
    if (endsWithParent()) {
      askedToCancel = true;
      work.log().issue(new Event.ChildCancelled(id, instanceId));
    }
  }

  private void takeBack() {
    if (askedToCancel) {
      work.forget(id);
    } else {
      work.takeBack(id, new Event.ChildCancelled(id, instanceId));
    }
  }
}
