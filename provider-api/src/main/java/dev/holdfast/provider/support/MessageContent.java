// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether two messages with the same message id are the same message, when only a hash of the
 * first one is kept. A message id is remembered longer than its message (QUEUE-10), so a store
 * keeps ids in a table of their own, with this hash. An equal hash under the same id: the message
 * is there and nothing is stored (QUEUE-26 tells the caller). Another one: {@link
 * dev.holdfast.provider.ProviderError.IdempotencyMismatch}. Stateless.
 */
public final class MessageContent {

  private MessageContent() {}

  /**
   * Returns a hash of what QUEUE-09 compares: kind, start, body and {@code discardIfUnknown}.
   * Unambiguous, because the lengths of texts are in it. The same in every version, so that it can
   * be stored.
   *
   * @param message the message
   * @return 32 bytes
   */
  public static byte[] hash(OrchestratorMessage message) {
    MessageDigest digest = sha256();
    add(digest, message.kind());
    ExecutionStart start = message.start();
    digest.update((byte) (start == null ? 0 : 1));
    if (start != null) {
      add(digest, start.name());
      add(digest, start.version());
      add(digest, start.parentInstanceId());
    }
    digest.update((byte) (message.discardIfUnknown() ? 1 : 0));
    digest.update(message.body().asByteBuffer());
    return digest.digest();
  }

  private static void add(MessageDigest digest, @Nullable String text) {
    if (text == null) {
      digest.update((byte) 0);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((byte) 1);
    digest.update((byte) (bytes.length >>> 8));
    digest.update((byte) bytes.length);
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
