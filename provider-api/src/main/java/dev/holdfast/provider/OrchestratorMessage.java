// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something addressed to one instance: a start, a completion, a timer, an event. Delivered in
 * batches with the instance (FETCH-04), in insertion order (FETCH-05).
 *
 * <p>In an {@link OrchestrationItem} the same type comes back with every field as it was given,
 * except {@code due}, which is then always {@link Due.At} with the message's {@code visibleAt}.
 *
 * @param instanceId the addressed instance, which need not exist
 * @param kind what it is, for the runtime; a provider never interprets it
 * @param body the content; opaque
 * @param due when to deliver it
 * @param start present on messages that can begin an execution
 * @param messageId makes delivery idempotent per instance: the second message with the same id adds
 *     nothing when its content ({@code kind}, {@code start}, {@code body}, {@code
 *     discardIfUnknown}) is equal, and is {@link ProviderError.IdempotencyMismatch} when not
 *     (QUEUE-09, QUEUE-10); absent: never merged (QUEUE-08)
 * @param discardIfUnknown true when the message is to be discarded, instead of waiting, if it is an
 *     orphan: the instance is not known and no start for it is queued (QUEUE-13). It means nothing
 *     once the instance is known, that is, from its first applied ack on, also without instance row
 *     and history (QUEUE-15)
 */
public record OrchestratorMessage(
    String instanceId,
    String kind,
    Payload body,
    Due due,
    @Nullable ExecutionStart start,
    @Nullable String messageId,
    boolean discardIfUnknown) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when an identifier is not well formed
   */
  public OrchestratorMessage {
    Checks.identifier("OrchestratorMessage", "instanceId", instanceId);
    Checks.identifier("OrchestratorMessage", "kind", kind);
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(due, "due");
    Checks.optionalIdentifier("OrchestratorMessage", "messageId", messageId);
  }

  /**
   * Creates a plain message that is due now.
   *
   * @param instanceId the addressed instance
   * @param kind what it is
   * @param body the content
   * @return the message
   * @throws ProviderError.InvalidRequest when an identifier is not well formed
   */
  public static OrchestratorMessage of(String instanceId, String kind, Payload body) {
    return new OrchestratorMessage(instanceId, kind, body, Due.now(), null, null, false);
  }

  /**
   * Creates a builder with the three fields that are always there; everything else is absent and
   * the message is due now.
   *
   * @param instanceId the addressed instance
   * @param kind what it is
   * @param body the content
   * @return a new builder
   */
  public static Builder builder(String instanceId, String kind, Payload body) {
    return new Builder(instanceId, kind, body);
  }

  /** Collects the optional fields. Not thread-safe. */
  public static final class Builder {
    private final String instanceId;
    private final String kind;
    private final Payload body;
    private Due due = Due.now();
    private @Nullable ExecutionStart start;
    private @Nullable String messageId;
    private boolean discardIfUnknown;

    private Builder(String instanceId, String kind, Payload body) {
      this.instanceId = instanceId;
      this.kind = kind;
      this.body = body;
    }

    /**
     * Sets when to deliver it.
     *
     * @param due the due time
     * @return this
     */
    public Builder due(Due due) {
      this.due = due;
      return this;
    }

    /**
     * Makes it a message that can begin an execution.
     *
     * @param start name, version and parent; null for a plain message
     * @return this
     */
    public Builder start(@Nullable ExecutionStart start) {
      this.start = start;
      return this;
    }

    /**
     * Makes delivery idempotent.
     *
     * @param messageId the id, unique per instance; null for none
     * @return this
     */
    public Builder messageId(@Nullable String messageId) {
      this.messageId = messageId;
      return this;
    }

    /**
     * Says whether an orphan is discarded.
     *
     * @param discardIfUnknown true to discard it
     * @return this
     */
    public Builder discardIfUnknown(boolean discardIfUnknown) {
      this.discardIfUnknown = discardIfUnknown;
      return this;
    }

    /**
     * Builds the message.
     *
     * @return the message
     * @throws ProviderError.InvalidRequest when an identifier is not well formed
     */
    public OrchestratorMessage build() {
      return new OrchestratorMessage(
          instanceId, kind, body, due, start, messageId, discardIfUnknown);
    }
  }
}
