// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A queued message.
 *
 * @param number its place in insertion order
 * @param message the message, due at the instant it becomes visible
 * @param visibleAt that instant
 * @param corrupt whether the white box has damaged it
 */
record StoredMessage(long number, OrchestratorMessage message, Instant visibleAt, boolean corrupt) {

  /** What has to be equal in two messages with the same message id. */
  record Content(
      String kind, @Nullable ExecutionStart start, Payload body, boolean discardIfUnknown) {
    static Content of(OrchestratorMessage message) {
      return new Content(
          message.kind(), message.start(), message.body(), message.discardIfUnknown());
    }
  }

  static StoredMessage of(long number, OrchestratorMessage m, Instant visibleAt) {
    OrchestratorMessage stored =
        new OrchestratorMessage(
            m.instanceId(),
            m.kind(),
            m.body(),
            Due.at(visibleAt),
            m.start(),
            m.messageId(),
            m.discardIfUnknown());
    return new StoredMessage(number, stored, visibleAt, false);
  }

  boolean isVisible(Instant now) {
    return !visibleAt.isAfter(now);
  }

  boolean isStart() {
    return message.start() != null;
  }

  StoredMessage damaged() {
    return new StoredMessage(number, message, visibleAt, true);
  }
}
