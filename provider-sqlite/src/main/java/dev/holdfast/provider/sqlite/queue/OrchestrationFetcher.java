// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.History;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.sqlite.queue.MessageTable.Stored;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Locks ready instances and loads what they have to process. */
public final class OrchestrationFetcher {

  private static final String OPERATION = "fetchOrchestrationItems";
  private static final int PAGE = 64;

  private final WriteTx tx;
  private final OrchestrationFetch request;
  private final long now;
  private final List<OrchestrationItem> items = new ArrayList<>();
  private final Set<Long> passedOver = new HashSet<>();
  private @Nullable CorruptData corruption;

  private OrchestrationFetcher(WriteTx tx, OrchestrationFetch request) {
    this.tx = tx;
    this.request = request;
    this.now = tx.now();
  }

  /** When the next instance should be looked at, in microseconds since 1970; null for never. */
  public static @Nullable Long nextReadyAt(Session session) throws SQLException {
    return InstanceTable.nextReadyAt(session);
  }

  /** Locks and loads up to as many instances as asked for. */
  public static List<OrchestrationItem> fetch(WriteTx tx, OrchestrationFetch request)
      throws SQLException {
    return new OrchestrationFetcher(tx, request).run();
  }

  private List<OrchestrationItem> run() throws SQLException {
    while (items.size() < request.max() && lookAtMore()) {}
    if (items.isEmpty() && corruption != null) {
      throw corruption;
    }
    return items;
  }

  /** Looks at the next candidates; answers false when there are none. */
  private boolean lookAtMore() throws SQLException {
    int wanted = Math.min(request.max() - items.size(), PAGE);
    boolean any = false;
    for (InstanceRow candidate :
        InstanceTable.ready(tx.session(), now, wanted + passedOver.size())) {
      if (passedOver.contains(candidate.key()) || items.size() == request.max()) {
        continue;
      }
      any = true;
      try {
        consider(candidate); // which leaves it ready at a later moment, or never
      } catch (CorruptData e) {
        // It goes behind the others and is reported when nothing healthy is left (ERR-11). It stays
        // ready, and is looked at once, so that this comes to an end.
        corruption = corruption == null ? e : corruption;
        passedOver.add(candidate.key());
        InstanceTable.setReady(tx, candidate, now);
      }
    }
    return any;
  }

  private void consider(InstanceRow candidate) throws SQLException {
    Session session = tx.session();
    if (!candidate.known() && !MessageTable.hasVisibleStart(session, candidate, now)) {
      settleOrphans(candidate);
      return;
    }
    List<Stored> batch = MessageTable.visible(session, OPERATION, candidate, now);
    if (batch.isEmpty()) {
      InstanceTable.setReady(tx, candidate, MessageTable.nextVisibleAt(session, candidate));
      return;
    }
    deliver(candidate, batch);
  }

  /**
   * Everything is read before the lock is written, so that what cannot be read is never locked
   * (FETCH-02).
   */
  private void deliver(InstanceRow candidate, List<Stored> batch) throws SQLException {
    long executionId = Math.max(1, candidate.executionId());
    History history =
        HistoryTable.read(
            tx.session(), OPERATION, candidate, executionId, 0, request.inlineHistory());
    List<OrchestratorMessage> messages = batch.stream().map(Stored::message).toList();
    Label label = label(candidate, messages);
    LockToken token = new LockToken.OfInstance(candidate.id(), tx.next());
    OrchestrationItem item =
        Rows.decode(
            OPERATION,
            candidate.id(),
            "the instance row",
            () ->
                new OrchestrationItem(
                    candidate.id(),
                    label.name(),
                    label.version(),
                    executionId,
                    history,
                    messages,
                    Map.of(),
                    candidate.attemptCount() + 1,
                    token,
                    StoreTime.fromMicros(now)));
    long until = StoreTime.plus(now, request.lockFor());
    long lastSeq = batch.get(batch.size() - 1).seq();
    InstanceTable.lock(tx, candidate, token.epoch(), until, now, lastSeq);
    items.add(item);
  }

  private record Label(@Nullable String name, @Nullable String version) {}

  /** Name and version of the row; before it exists, of the first start in the batch (CREATE-07). */
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

  /**
   * Visible messages for an instance that was never started: with a start on its way they wait for
   * it, otherwise those that ask for it are discarded and the rest waits unseen (QUEUE-12 to
   * QUEUE-14).
   */
  private void settleOrphans(InstanceRow candidate) throws SQLException {
    Session session = tx.session();
    Long startAt = MessageTable.nextStartAt(session, candidate);
    if (startAt != null) {
      InstanceTable.setReady(tx, candidate, startAt);
      return;
    }
    MessageTable.deleteVisibleDrops(session, candidate, now);
    MessageIdTable.forgetUnqueued(session, candidate);
    if (MessageTable.nextVisibleAt(session, candidate) == null) {
      InstanceTable.delete(session, candidate);
    } else {
      InstanceTable.setReady(tx, candidate, MessageTable.nextDropAt(session, candidate));
    }
  }
}
