// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.sqlite.store.Session;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Message ids that were used, with a hash of what they came with (QUEUE-09, QUEUE-10). */
final class MessageIdTable {

  private static final String FIND =
      "SELECT content_hash FROM holdfast_message_id WHERE instance_key = ? AND message_id = ?";

  private static final String INSERT =
      "INSERT INTO holdfast_message_id (instance_key, message_id, content_hash) VALUES (?, ?, ?)";

  private static final String FORGET_UNQUEUED =
      """
      DELETE FROM holdfast_message_id
       WHERE instance_key = ?1
         AND message_id NOT IN (
               SELECT message_id FROM holdfast_message
                WHERE instance_key = ?1 AND message_id IS NOT NULL)
      """;

  private MessageIdTable() {}

  /**
   * Notes the id of a message.
   *
   * @return false when the same message came before, so that nothing is to be added
   * @throws IdempotencyMismatch when another message came with this id
   */
  static boolean remember(
      Session session, String operation, InstanceRow instance, OrchestratorMessage message)
      throws SQLException {
    String messageId = message.messageId();
    if (messageId == null) {
      return true;
    }
    byte[] hash = contentHash(message);
    byte[] before = session.first(FIND, row -> row.getBytes(1), instance.key(), messageId);
    if (before == null) {
      session.update(INSERT, instance.key(), messageId, hash);
      return true;
    }
    if (!MessageDigest.isEqual(before, hash)) {
      throw new IdempotencyMismatch(operation, instance.id(), messageId);
    }
    return false;
  }

  /** Before the instance exists, ids are remembered only as long as their messages are queued. */
  static void forgetUnqueued(Session session, InstanceRow instance) throws SQLException {
    session.update(FORGET_UNQUEUED, instance.key());
  }

  /** A hash of kind, start, body and dropIfOrphan, unambiguous by the lengths in it. */
  private static byte[] contentHash(OrchestratorMessage message) {
    MessageDigest digest = sha256();
    add(digest, message.kind());
    ExecutionStart start = message.start();
    digest.update((byte) (start == null ? 0 : 1));
    if (start != null) {
      add(digest, start.name());
      add(digest, start.version());
      add(digest, start.parentInstanceId());
    }
    digest.update((byte) (message.dropIfOrphan() ? 1 : 0));
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
