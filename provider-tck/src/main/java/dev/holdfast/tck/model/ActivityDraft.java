// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ack of an activity to be.
 *
 * @param token with which token
 * @param body what its completion says, or null for none
 * @param messageId the completion's message id, or null
 * @param astray whether the completion is addressed to another instance
 * @param changes the changes of runs, steps and messages that go with it
 */
record ActivityDraft(
    TokenRef token,
    @Nullable String body,
    @Nullable String messageId,
    boolean astray,
    List<StateDraft> changes) {

  /** Without changes. */
  ActivityDraft(TokenRef token, @Nullable String body, @Nullable String messageId, boolean astray) {
    this(token, body, messageId, astray, List.of());
  }

  ActivityDraft with(List<StateDraft> others) {
    return new ActivityDraft(token, body, messageId, astray, others);
  }

  ActivityAck ack(LockToken shown, @Nullable EagerInstance eager) {
    return new ActivityAck(
        shown, body == null ? null : completion(shown.instanceId(), body), eager);
  }

  private OrchestratorMessage completion(String instanceId, String content) {
    return OrchestratorMessage.builder(
            astray ? instanceId + "-other" : instanceId, "done", Payload.utf8(content))
        .messageId(messageId)
        .build();
  }

  @Override
  public String toString() {
    return token
        + (body == null ? ", no completion" : ", completion '" + body + "'")
        + (messageId == null ? "" : " id=" + messageId)
        + (astray ? " to another instance" : "")
        + (changes.isEmpty() ? "" : ", with " + changes);
  }
}
