// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.Tracing;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.PayloadCodec;
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
    Message.Start start =
        new Message.Start(
            1, values.encode(input), null, null, tracing == null ? null : tracing.current());
    String version = orchestration.version().orElse(null);
    return new Start(
        start,
        wellFormed(
            builder(instanceId, start)
                .start(new ExecutionStart(orchestration.name(), version, null))
                .messageId(START_ID)));
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
