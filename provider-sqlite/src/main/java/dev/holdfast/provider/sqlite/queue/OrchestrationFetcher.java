// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.sqlite.queue.MessageTable.Stored;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Locks ready instances and loads what they have to process. */
public final class OrchestrationFetcher {

  private static final int PAGE = 64;

  private final WriteTx tx;
  private final OrchestrationFetch request;
  private final long now;
  private final Delivery delivery;
  private final List<OrchestrationItem> items = new ArrayList<>();
  private final Set<Long> passedOver = new HashSet<>();
  private @Nullable CorruptData corruption;

  private OrchestrationFetcher(WriteTx tx, OrchestrationFetch request) {
    this.tx = tx;
    this.request = request;
    this.now = tx.now();
    this.delivery = new Delivery(tx, now, request.lockFor(), request.inlineHistory());
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
    if (delivery.lacksStart(candidate)) {
      settleOrphans(candidate);
      return;
    }
    List<Stored> batch = delivery.batch(candidate);
    if (batch.isEmpty()) {
      InstanceTable.setReady(tx, candidate, MessageTable.nextVisibleAt(tx.session(), candidate));
      return;
    }
    items.add(delivery.deliver(candidate, batch));
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
