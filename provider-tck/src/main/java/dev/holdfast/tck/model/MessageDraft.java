// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A message to be.
 *
 * @param instance to whom
 * @param body what it says
 * @param when when it is due
 * @param steps how many steps from now
 * @param start the name that it starts, or null
 * @param messageId its message id, or null
 * @param discardIfUnknown whether it may be discarded
 */
record MessageDraft(
    int instance,
    String body,
    When when,
    int steps,
    @Nullable String start,
    @Nullable String messageId,
    boolean discardIfUnknown) {

  /** How the due time is said. */
  enum When {
    NOW,
    IN,
    AT
  }

  static MessageDraft plain(int instance, String body) {
    return new MessageDraft(instance, body, When.NOW, 0, null, null, false);
  }

  MessageDraft withoutId() {
    return new MessageDraft(instance, body, when, steps, start, null, discardIfUnknown);
  }

  OrchestratorMessage message(Timing timing) {
    Due due =
        switch (when) {
          case NOW -> Due.now();
          case IN -> Due.in(timing.steps(steps));
          case AT -> Due.at(timing.fromNow(steps));
        };
    return OrchestratorMessage.builder(Side.id(instance), "said", Payload.utf8(body))
        .due(due)
        .start(start == null ? null : new ExecutionStart(start, version(start), null))
        .messageId(messageId)
        .discardIfUnknown(discardIfUnknown)
        .build();
  }

  private static @Nullable String version(String start) {
    return start.endsWith("v") ? "1.2" : null;
  }

  @Override
  public String toString() {
    return "i"
        + instance
        + " '"
        + body
        + "'"
        + (when == When.NOW ? "" : " due " + when + " " + steps)
        + (start == null ? "" : " start=" + start)
        + (messageId == null ? "" : " id=" + messageId)
        + (discardIfUnknown ? " drop" : "");
  }
}
