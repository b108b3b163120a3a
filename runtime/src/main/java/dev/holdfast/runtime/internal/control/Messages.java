// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.internal.event.Carried;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.ParentLink;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the runtime sends, and how the store is to treat it. */
public final class Messages {

  private Messages() {}

  /**
   * Makes a message that is discarded if the instance is gone, such as the result of something that
   * it asked for.
   */
  public static OrchestratorMessage answer(String instanceId, Message message) {
    return builder(instanceId, message).discardIfUnknown(true).build();
  }

  public static OrchestratorMessage timer(
      String instanceId, long executionId, long timerId, Instant fireAt) {
    return builder(instanceId, new Message.TimerFired(executionId, timerId))
        .due(Due.at(fireAt))
        .discardIfUnknown(true)
        .build();
  }

  public static OrchestratorMessage cancel(String instanceId, @Nullable String reason) {
    return answer(instanceId, new Message.Cancel(reason));
  }

  public static OrchestratorMessage terminate(String instanceId, String reason) {
    return answer(instanceId, new Message.Terminate(reason));
  }

  public static OrchestratorMessage retry(String childId, ParentLink parent) {
    return answer(childId, new Message.Retry(0, parent));
  }

  public static OrchestratorMessage wakeUp(String instanceId) {
    return answer(instanceId, new Message.WakeUp());
  }

  public static OrchestratorMessage childStart(
      Event.ChildScheduled child, ParentLink parent, @Nullable String trace) {
    Message start = new Message.Start(1, child.input(), parent, null, trace);
    return builder(child.instanceId(), start)
        .start(new ExecutionStart(child.name(), child.version(), parent.instanceId()))
        .build();
  }

  /** Makes the start of an instance that is no child; one that exists takes no notice of it. */
  public static OrchestratorMessage start(Event.InstanceStarted started, @Nullable String trace) {
    return builder(started.instanceId(), new Message.Start(1, started.input(), null, null, trace))
        .start(new ExecutionStart(started.name(), started.version(), null))
        .build();
  }

  /** Makes an event for an instance, which may be started later. */
  public static OrchestratorMessage raised(Event.EventSent sent) {
    return builder(sent.instanceId(), new Message.Raised(sent.name(), sent.value())).build();
  }

  public static OrchestratorMessage nextExecution(
      String instanceId,
      long executionId,
      ExecutionStart start,
      Json input,
      @Nullable ParentLink parent,
      List<Carried> waiting,
      @Nullable String trace) {
    Message message =
        new Message.Start(executionId, input, parent, waiting.isEmpty() ? null : waiting, trace);
    return builder(instanceId, message).start(start).build();
  }

  public static OrchestratorMessage childFailed(
      ParentLink parent, Failure failure, boolean cancelled) {
    return answer(
        parent.instanceId(),
        new Message.ChildFailed(parent.executionId(), parent.eventId(), failure, cancelled));
  }

  public static OrchestratorMessage childCompleted(ParentLink parent, Json output) {
    return answer(
        parent.instanceId(),
        new Message.ChildCompleted(parent.executionId(), parent.eventId(), output));
  }

  private static OrchestratorMessage.Builder builder(String instanceId, Message message) {
    return OrchestratorMessage.builder(instanceId, message.kind(), Codec.encode(message));
  }
}
