// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.sqlite.queue.MessageTable.StartCode;
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

  /** How many instances one poll skips before it lets other transactions write. */
  private static final int MOST_PASSED_BY = 1_000;

  private final WriteTx tx;
  private final OrchestrationFetch request;
  private final long now;
  private final Delivery delivery;
  private final PassedBy before;
  private final List<OrchestrationItem> items = new ArrayList<>();
  private final Set<Long> unreadable = new HashSet<>();
  private Position lookedAt;
  private int passedByInAll;
  private Position passedBy;
  private boolean passesNoMore;
  private long revisitAt = Long.MAX_VALUE;
  private @Nullable CorruptData corruption;

  private OrchestrationFetcher(WriteTx tx, OrchestrationFetch request, PassedBy before, long now) {
    this.tx = tx;
    this.request = request;
    this.now = now;
    this.delivery =
        new Delivery(
            tx, now, request.lockFor(), request.inlineHistory(), new Bytes(request.maxBytes()));
    this.before = before;
    this.lookedAt = before.upTo();
    this.passedBy = before.upTo();
  }

  /** Returns when the next instance is ready, in microseconds since 1970; null for never. */
  public static @Nullable Long nextReadyAt(
      Session session, OrchestrationFetch request, Memory<Selection> memory, long now)
      throws SQLException {
    PassedBy remembered = memory.of(Selection.of(request));
    if (remembered == null) {
      return InstanceTable.nextReadyAt(session);
    }
    PassedBy passedBy = remembered.at(now, 0);
    Long next = InstanceTable.nextReadyAt(session, passedBy.upTo());
    return next == null || next > passedBy.revisitAt() ? passedBy.revisitAtOrNull() : next;
  }

  /** Locks and loads up to as many instances as asked for. */
  public static Found<OrchestrationItem> fetch(
      WriteTx tx, OrchestrationFetch request, Memory<Selection> memory) throws SQLException {
    long now = tx.now();
    Selection selection = Selection.of(request);
    PassedBy remembered = memory.of(selection);
    if (selection == null || remembered == null) {
      return Found.all(new OrchestrationFetcher(tx, request, PassedBy.nothing(), now).run().items);
    }
    long look = memory.nextLook();
    OrchestrationFetcher fetcher =
        new OrchestrationFetcher(tx, request, remembered.at(now, 0), now);
    boolean more = fetcher.run().isTired();
    PassedBy passedBy = fetcher.before.lookedAt(fetcher.passedBy, now, 0, fetcher.revisitAt);
    return new Found<>(fetcher.items, more, () -> memory.keep(selection, look, passedBy));
  }

  private OrchestrationFetcher run() throws SQLException {
    int wanted = Math.min(request.max(), PAGE);
    while (lookAt(InstanceTable.ready(tx.session(), lookedAt, now, wanted), wanted) && !isTired()) {
      wanted = PAGE;
    }
    if (items.isEmpty() && corruption != null && !isTired()) {
      throw corruption;
    }
    return this;
  }

  private boolean isTired() {
    return Selection.of(request) != null && passedByInAll >= MOST_PASSED_BY;
  }

  /**
   * Considers a page of candidates; returns false when there are no more, or as many as asked for
   * were found.
   */
  private boolean lookAt(List<InstanceRow> page, int size) throws SQLException {
    for (InstanceRow candidate : page) {
      if (items.size() == request.max() || !lookAt(candidate)) {
        return false;
      }
      lookedAt = candidate.position();
      if (!passesNoMore) {
        passedBy = lookedAt;
      }
    }
    return page.size() == size && items.size() < request.max();
  }

  /** Considers one candidate; returns false when it does not fit into this result. */
  private boolean lookAt(InstanceRow candidate) throws SQLException {
    if (unreadable.contains(candidate.key())) {
      passesNoMore = true;
      return true;
    }
    long bytesLeft = delivery.bytes().left();
    try {
      if (isServed(candidate)) {
        return consider(candidate);
      }
      passedByInAll++;
      return true;
    } catch (CorruptData e) {
      delivery.bytes().giveBackTo(bytesLeft);
      // It moves to the end of the line and is reported when nothing healthy is left (ERR-11). It
      // stays ready, but is considered once per fetch, so that the fetch ends.
      corruption = corruption == null ? e : corruption;
      unreadable.add(candidate.key());
      InstanceTable.setReady(tx, candidate, now);
      return true;
    }
  }

  /**
   * {@return whether the caller can replay the instance (VERSION-10), and has the code that it
   * needs (FETCH-16)}
   */
  private boolean isServed(InstanceRow candidate) throws SQLException {
    if (!candidate.isReplayableBy(request.versionFilter())) {
      return false;
    }
    Set<OrchestrationCode> served = request.served();
    if (served == null) {
      return true;
    }
    String name = candidate.name();
    if (name != null) {
      return isServed(served, name, candidate.version());
    }
    StartCode start = MessageTable.firstStart(tx.session(), candidate, now);
    if (start == null || isServed(served, start.name(), start.version())) {
      return true; // without a name every caller may take it, if it is deliverable
    }
    Long nextStart = MessageTable.nextStartAfter(tx.session(), candidate, now);
    if (nextStart != null) {
      revisitAt = Math.min(revisitAt, nextStart); // that start may precede this one in order
    }
    return false;
  }

  private static boolean isServed(
      Set<OrchestrationCode> served, String name, @Nullable String version) {
    try {
      return served.contains(new OrchestrationCode(name, version));
    } catch (InvalidRequest e) {
      return false; // a name that no code can have
    }
  }

  /**
   * Takes a candidate, or makes it ready at a later moment, or never; returns false when it does
   * not fit into the result.
   */
  private boolean consider(InstanceRow candidate) throws SQLException {
    if (delivery.lacksStart(candidate)) {
      settleOrphans(candidate);
      return true;
    }
    List<Stored> batch = delivery.batch(candidate, items.isEmpty());
    if (batch == null) {
      return false;
    }
    if (batch.isEmpty()) {
      InstanceTable.setReady(tx, candidate, MessageTable.nextVisibleAt(tx.session(), candidate));
    } else {
      items.add(delivery.deliver(candidate, batch));
    }
    return true;
  }

  /**
   * Settles visible messages for an instance that was never started: when a start is queued, they
   * wait for it; otherwise those that say so are discarded, and the others wait until there is one
   * (QUEUE-12 to QUEUE-14).
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
