// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.support.MessageContent;
import java.security.MessageDigest;
import java.sql.SQLException;

/** Message ids that were used, with a hash of the content they came with (QUEUE-09, QUEUE-10). */
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
    byte[] hash = MessageContent.hash(message);
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

  /** Forgets ids whose messages are not queued any more, while the instance does not exist. */
  static void forgetUnqueued(Session session, InstanceRow instance) throws SQLException {
    session.update(FORGET_UNQUEUED, instance.key());
  }
}
