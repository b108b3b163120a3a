// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.schedule.ScheduleCode;
import dev.holdfast.worker.tracing.Tracing;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The messages that clients send. Thread-safe. */
final class ClientMessages {

  /** The message id of every start by a client, so that repeating it adds nothing. */
  private static final String START_ID = "start";

  private final PayloadCodec values;
  private final @Nullable Tracing tracing;

  ClientMessages(PayloadCodec values, @Nullable Tracing tracing) {
    this.values = values;
    this.tracing = tracing;
  }

  /**
   * A start in both forms.
   *
   * @param content as it is compared with an earlier one
   * @param message as it is sent
   */
  record Start(Message.Start content, OrchestratorMessage message) {}

  <I extends @Nullable Object> Start start(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    return start(orchestration, instanceId, input, Due.now());
  }

  <I extends @Nullable Object> Start start(
      Orchestration<I, ?> orchestration, String instanceId, I input, Due due) {
    if (ScheduleCode.isReserved(instanceId)
        && !orchestration.name().equals(ScheduleCode.SCHEDULE_NAME)) {
      throw new IllegalArgumentException(
          "the id \"%s\" is one of those that schedules have; choose another one"
              .formatted(instanceId));
    }
    Message.Start start = new Message.Start(1, values.encode(input), null, null, trace());
    String version = orchestration.version().orElse(null);
    return new Start(
        start,
        wellFormed(
            builder(instanceId, start)
                .start(new ExecutionStart(orchestration.name(), version, null))
                .messageId(START_ID)
                .due(due)));
  }

  OrchestratorMessage raised(String instanceId, String event, @Nullable Object value) {
    return wellFormed(builder(instanceId, new Message.Raised(named(event), values.encode(value))));
  }

  OrchestratorMessage raised(
      String instanceId, String event, @Nullable Object value, String messageId) {
    Message raised = new Message.Raised(named(event), values.encode(value));
    return wellFormed(builder(instanceId, raised).messageId("event:" + messageId));
  }

  /** One to an instance that nobody started must not lie in wait for it. */
  OrchestratorMessage cancelled(String instanceId, String reason) {
    Message cancel = new Message.Cancel(Objects.requireNonNull(reason, "reason"));
    return wellFormed(builder(instanceId, cancel).discardIfUnknown(true));
  }

  OrchestratorMessage terminated(String instanceId, String reason) {
    return control(instanceId, new Message.Terminate(Objects.requireNonNull(reason, "reason")));
  }

  OrchestratorMessage suspended(String instanceId, String reason) {
    return control(instanceId, new Message.Suspend(Objects.requireNonNull(reason, "reason")));
  }

  OrchestratorMessage resumed(String instanceId) {
    return control(instanceId, new Message.Resume());
  }

  /** Of several requests to begin anew after the same end one counts. */
  OrchestratorMessage restarted(String instanceId, Message.Restart restart, long lastEventId) {
    String id = "restart:" + restart.executionId() + "/" + lastEventId;
    return wellFormed(builder(instanceId, restart).discardIfUnknown(true).messageId(id));
  }

  OrchestratorMessage retried(String instanceId, long executionId, long lastEventId) {
    String id = "retry:" + executionId + "/" + lastEventId;
    return wellFormed(
        builder(instanceId, new Message.Retry(executionId, null))
            .discardIfUnknown(true)
            .messageId(id));
  }

  <I extends @Nullable Object> Message.Work work(Orchestration<I, ?> orchestration, I input) {
    return new Message.Work(
        orchestration.name(), orchestration.version().orElse(null), values.encode(input), trace());
  }

  private @Nullable String trace() {
    return tracing == null ? null : tracing.current();
  }

  private static OrchestratorMessage control(String instanceId, Message message) {
    return wellFormed(builder(instanceId, message).discardIfUnknown(true));
  }

  private static String named(String event) {
    if (event.isEmpty()) {
      throw new IllegalArgumentException("the event name is empty");
    }
    return event;
  }

  private static OrchestratorMessage.Builder builder(String instanceId, Message message) {
    return OrchestratorMessage.builder(instanceId, message.kind(), Codec.encode(message));
  }

  private static OrchestratorMessage wellFormed(OrchestratorMessage.Builder builder) {
    try {
      return builder.build();
    } catch (InvalidRequest e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
