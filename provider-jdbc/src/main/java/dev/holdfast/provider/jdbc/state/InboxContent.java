// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.NewInboxMessage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/**
 * Tells whether two messages with the same id are the same message, when only a hash of the first
 * one is kept: an id is remembered longer than its message (INBOX-09). Stateless.
 */
public final class InboxContent {

  private static final byte PAYLOAD = 1;
  private static final byte REFERENCE = 2;

  private InboxContent() {}

  /**
   * Returns a hash of what INBOX-04 compares: the payload or the reference, and which of the two it
   * is. The same in every version, so that it can be stored.
   *
   * @param message the message
   * @return 32 bytes
   */
  public static byte[] hash(NewInboxMessage message) {
    MessageDigest digest = sha256();
    Payload payload = message.payload();
    if (payload != null) {
      digest.update(PAYLOAD);
      digest.update(payload.asByteBuffer());
    } else {
      digest.update(REFERENCE);
      digest.update(Objects.requireNonNull(message.payloadRef()).getBytes(StandardCharsets.UTF_8));
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
