// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.History;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Turns of instances: fetch, ack, abandon, renew. */
public final class Turns {

  private Turns() {}

  /**
   * Whether a fetch would have anything to do.
   *
   * @param tx the transaction, for reading
   * @param request for which code
   * @return false when nothing is ready
   * @throws SQLException when H2 fails
   */
  public static boolean anyReady(Tx tx, OrchestrationFetch request) throws SQLException {
    return Instances.anyReady(tx, request);
  }

  /**
   * Locks ready instances. One that cannot be read is passed over, so that it keeps nobody back;
   * when there is nothing else, its error is the answer.
   *
   * @param tx the transaction
   * @param request how many, for how long, of which code, with how many events and bytes
   * @return the items
   * @throws SQLException when H2 fails
   */
  public static List<OrchestrationItem> fetch(Tx tx, OrchestrationFetch request)
      throws SQLException {
    List<OrchestrationItem> items = new ArrayList<>();
    CorruptData corrupt = null;
    int skip = 0;
    long left = request.maxBytes();
    while (items.size() < request.max()) {
      // What was locked or discarded is no longer ready; only what was passed over still is.
      Optional<Instances.Row> next = Instances.nextReady(tx, request, skip);
      if (next.isEmpty()) {
        break;
      }
      Instances.Row row = next.get();
      if (!row.known() && !Messages.anyVisibleStart(tx, row.id())) {
        Messages.discardOrphans(tx, row.id());
        continue;
      }
      // Asked before anything is read: the answer must fit into memory. The first item always
      // comes.
      if (!items.isEmpty() && Messages.visibleBytes(tx, row.id()) > left) {
        break;
      }
      try {
        OrchestrationItem item = take(tx, row, request, left);
        left -= bytesOf(item.messages()) + bytesOf(item.history());
        items.add(item);
      } catch (CorruptData e) {
        corrupt = corrupt == null ? e : corrupt;
        skip++;
      }
    }
    if (items.isEmpty() && corrupt != null) {
      throw corrupt;
    }
    return items;
  }

  /** Reads everything before it writes anything, so that what cannot be read stays untouched. */
  private static OrchestrationItem take(
      Tx tx, Instances.Row row, OrchestrationFetch request, long maxBytes) throws SQLException {
    List<OrchestratorMessage> batch = Messages.visible(tx, row.id());
    Optional<ExecutionStart> start =
        batch.stream().map(OrchestratorMessage::start).filter(Objects::nonNull).findFirst();
    long execution = row.known() ? row.execution() : 1;
    History history =
        Histories.first(
            tx, row.id(), execution, request.inlineHistory(), maxBytes - bytesOf(batch));
    boolean fromRow = row.name() != null;
    String name = fromRow ? row.name() : start.map(ExecutionStart::name).orElse(null);
    String version = fromRow ? row.version() : start.map(ExecutionStart::version).orElse(null);
    if (name != null && name.isEmpty()) {
      throw new CorruptData(tx.operation(), row.id(), "the instance row cannot be read", null);
    }
    long epoch = Instances.lock(tx, row, request.lockFor());
    Messages.take(tx, row.id(), epoch);
    return new OrchestrationItem(
        row.id(),
        name,
        version,
        execution,
        history,
        batch,
        Map.of(),
        row.deliveries() + 1,
        new LockToken.OfInstance(row.id(), epoch),
        StoreTime.fromMicros(tx.now()));
  }

  private static long bytesOf(List<OrchestratorMessage> batch) {
    return batch.stream().mapToLong(message -> message.body().size()).sum();
  }

  private static long bytesOf(History history) {
    return history.events().stream().mapToLong(event -> event.data().size()).sum();
  }

  /**
   * Applies the result of a turn. Throws what rejects it; that undoes the transaction.
   *
   * @param tx the transaction
   * @param checks what can be refused without looking
   * @param ack the result
   * @return applied, or already applied
   * @throws SQLException when H2 fails
   */
  public static AckResult ack(Tx tx, RequestChecks checks, OrchestrationAck ack)
      throws SQLException {
    LockToken.OfInstance token = checks.instanceToken(tx.operation(), ack.lockToken());
    Instances.Row row = Instances.find(tx, token.instanceId()).orElse(null);
    // A repeat is recognised before the end of the lock is looked at.
    if (row != null && row.ackedEpoch() == token.epoch()) {
      return AckResult.alreadyApplied();
    }
    Lock.requireLive(tx, token, row == null ? null : row.lock());
    checks.check(tx.operation(), ack);

    boolean hasRow = row.name() != null || ack.metadata().name() != null;
    Messages.remove(tx, row.id(), token.epoch(), hasRow);
    Instances.acked(tx, row, token.epoch(), ack.executionId(), ack.metadata());
    Pins.acked(tx, row, ack.executionId(), ack.metadata());
    changeStatus(tx, row, ack.metadata());
    Histories.update(tx, row.id(), ack.executionId(), ack.metadata());
    Histories.append(tx, row.id(), ack.executionId(), ack.historyDelta());
    Activities.schedule(tx, row.id(), ack.activities());
    Activities.cancel(tx, ack.cancelledActivities());
    Messages.putAll(tx, ack.messages());
    Instances.refresh(tx, row.id());
    return AckResult.applied();
  }

  /** An instance without a row has nothing to show, and there is nobody who could look. */
  private static void changeStatus(Tx tx, Instances.Row row, ExecutionMetadata metadata)
      throws SQLException {
    CustomStatusChange change = metadata.customStatus();
    if (row.name() == null && metadata.name() == null && change != CustomStatusChange.keep()) {
      throw new InvalidRequest(
          tx.operation(),
          row.id(),
          "there is no instance that could have a custom status; name it in the same ack");
    }
    CustomStatuses.change(tx, row.id(), change);
  }

  /**
   * Gives an instance back.
   *
   * @param tx the transaction
   * @param token the token of the item
   * @param how with which delay, and whether it counts
   * @throws SQLException when H2 fails
   */
  public static void abandon(Tx tx, LockToken.OfInstance token, AbandonOptions how)
      throws SQLException {
    Instances.abandon(tx, token, how);
  }

  /**
   * Prolongs a lock.
   *
   * @param tx the transaction
   * @param token the token of the item
   * @param extendFor how long from now
   * @return whether the lock was live
   * @throws SQLException when H2 fails
   */
  public static boolean renew(Tx tx, LockToken.OfInstance token, Duration extendFor)
      throws SQLException {
    return Instances.renew(tx, token, extendFor);
  }

  /**
   * Stores why an instance is not moving.
   *
   * @param tx the transaction
   * @param token the token of the item
   * @param problem the text
   * @throws SQLException when H2 fails
   */
  public static void report(Tx tx, LockToken.OfInstance token, String problem) throws SQLException {
    Instances.report(tx, token, problem);
  }
}
