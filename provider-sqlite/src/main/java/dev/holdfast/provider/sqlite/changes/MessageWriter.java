// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.changes;

import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.sqlite.queue.Enqueuer;
import dev.holdfast.provider.sqlite.store.WriteTx;
import java.sql.SQLException;

/** Stores messages that are changes (CHANGE-19). */
final class MessageWriter {

  private MessageWriter() {}

  static MessageSent write(WriteTx tx, String operation, SendMessage send) throws SQLException {
    return new MessageSent(Enqueuer.enqueue(tx, operation, send.message()));
  }
}
