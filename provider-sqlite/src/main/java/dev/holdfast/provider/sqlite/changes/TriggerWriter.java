// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.changes;

import dev.holdfast.provider.sqlite.queue.Enqueuer;
import dev.holdfast.provider.sqlite.state.InboxWriter;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.TriggerDelivered;
import java.sql.SQLException;

/**
 * Delivers inputs. The wake-up of a new one goes through the queue, whether the run is suspended
 * yet or not: the message outlasts the turn that suspends it (TRIGGER-05).
 */
final class TriggerWriter {

  private TriggerWriter() {}

  static TriggerDelivered write(WriteTx tx, String operation, DeliverTrigger trigger)
      throws SQLException {
    TriggerDelivered delivered = InboxWriter.deliver(tx, operation, trigger);
    if (delivered.outcome() == TriggerDelivered.Outcome.NEW) {
      Enqueuer.enqueue(tx, operation, trigger.wakeUp());
    }
    return delivered;
  }
}
