// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.History;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.sqlite.queue.MessageTable.Stored;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Locks an instance and loads what it has to process, whether it is fetched or claimed.
 *
 * @param tx the transaction that locks
 * @param now the store's now, in microseconds since 1970
 * @param lockFor how long the lock lives
 * @param inlineHistory how many events come along
 * @param bytes how many bytes of payload all deliveries of the result may have
 */
record Delivery(WriteTx tx, long now, Duration lockFor, int inlineHistory, Bytes bytes) {

  /** The operation that errors in stored rows name. */
  static final String OPERATION = "fetchOrchestrationItems";

  /**
   * {@return whether an instance has no execution, and no visible start to begin one (QUEUE-12)}
   */
  boolean lacksStart(InstanceRow instance) throws SQLException {
    return !instance.known() && !MessageTable.hasVisibleStart(tx.session(), instance, now);
  }

  /**
   * Reads the messages that a lock taken now would fix as its batch (FETCH-04); null when they do
   * not fit.
   *
   * @param anyway whether they are returned although they do not fit
   */
  @Nullable List<Stored> batch(InstanceRow instance, boolean anyway) throws SQLException {
    return MessageTable.visible(
        tx.session(), OPERATION, instance, now, anyway ? Long.MAX_VALUE : bytes.left());
  }

  /**
   * Locks the instance. Everything is read before the lock is written, so that what cannot be read
   * is never locked (FETCH-02).
   *
   * @param batch what {@link #batch} returned, not empty
   */
  OrchestrationItem deliver(InstanceRow instance, List<Stored> batch) throws SQLException {
    long executionId = Math.max(1, instance.executionId());
    List<OrchestratorMessage> messages = batch.stream().map(Stored::message).toList();
    messages.forEach(message -> bytes.take(message.body().size()));
    History history =
        HistoryTable.read(
            tx.session(), OPERATION, instance, executionId, 0, inlineHistory, bytes, false);
    Label label = label(instance, messages);
    Map<String, KeyValue> values = KeyValueTable.snapshot(tx.session(), instance);
    LockToken token = new LockToken.OfInstance(instance.id(), tx.next());
    OrchestrationItem item =
        Decoding.decode(
            OPERATION,
            instance.id(),
            "the instance row",
            () ->
                new OrchestrationItem(
                    instance.id(),
                    label.name(),
                    label.version(),
                    executionId,
                    history,
                    messages,
                    values,
                    instance.deliveryCount() + 1,
                    token,
                    StoreTime.fromMicros(now)));
    long until = StoreTime.plus(now, lockFor);
    long lastSeq = batch.get(batch.size() - 1).seq();
    InstanceTable.lock(tx, instance, token.epoch(), until, now, lastSeq);
    tx.orchestrationTaken(instance.key());
    return item;
  }

  private record Label(@Nullable String name, @Nullable String version) {}

  /**
   * {@return name and version of the row; before it exists, of the first start in the batch
   * (CREATE-07)}
   */
  private static Label label(InstanceRow instance, List<OrchestratorMessage> messages) {
    if (instance.born()) {
      return new Label(instance.name(), instance.version());
    }
    return messages.stream()
        .map(OrchestratorMessage::start)
        .filter(Objects::nonNull)
        .findFirst()
        .map((ExecutionStart start) -> new Label(start.name(), start.version()))
        .orElse(new Label(null, null));
  }
}
