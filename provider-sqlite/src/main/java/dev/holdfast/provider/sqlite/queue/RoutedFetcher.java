// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Decoded;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Place;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Ready;
import dev.holdfast.provider.sqlite.queue.RoutedLine.Candidate;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Locks ready activities for callers who serve tags or sessions. All others are served by {@link
 * ActivityFetcher}, from a line that has nothing of this.
 */
final class RoutedFetcher {

  private static final String OPERATION = "fetchActivityItems";

  private final WriteTx tx;
  private final ActivityFetch request;
  private final long now;
  private final List<RoutedLine> lines;
  private final Bytes bytes;
  private final List<ActivityItem> items = new ArrayList<>();
  private final Set<Place> unreadable = new HashSet<>();
  private final Set<String> sessionsOfOthers = new HashSet<>();

  private RoutedFetcher(WriteTx tx, ActivityFetch request, long now) {
    this.tx = tx;
    this.request = request;
    this.now = now;
    this.lines = RoutedLine.of(request, now);
    this.bytes = new Bytes(request.maxBytes());
  }

  /**
   * Returns when there will be, or was, something for a request, in microseconds since 1970; null
   * for never.
   */
  static @Nullable Long nextReadyAt(Session session, ActivityFetch request, long now)
      throws SQLException {
    List<RoutedLine> lines = RoutedLine.of(request, now);
    SessionClaim claim = request.session();
    Candidate candidate = RoutedLine.next(session, lines, now);
    while (candidate != null) {
      if (passes(request, candidate)) {
        return candidate.position().readyAt();
      }
      candidate = RoutedLine.next(session, lines, now);
    }
    Long next = RoutedLine.nextReadyAt(session, lines, now);
    Long lease = claim == null ? null : SessionTable.nextLeaseEnd(session, now);
    return next == null || (lease != null && lease < next) ? lease : next;
  }

  /** Locks up to as many activities as asked for. */
  static List<ActivityItem> fetch(WriteTx tx, ActivityFetch request) throws SQLException {
    return new RoutedFetcher(tx, request, tx.now()).fetch();
  }

  private static boolean passes(ActivityFetch request, Candidate candidate) {
    Set<String> served = request.served();
    return request.tagFilter().matches(candidate.tag())
        && (served == null || served.contains(candidate.name()));
  }

  private List<ActivityItem> fetch() throws SQLException {
    long until = StoreTime.plus(now, request.lockFor());
    CorruptData corruption = null;
    while (items.size() < request.max()) {
      Candidate candidate = RoutedLine.next(tx.session(), lines, now);
      if (candidate == null) {
        break;
      }
      if (!passes(request, candidate)
          || unreadable.contains(candidate.place())
          || isOfOthers(candidate)) {
        continue;
      }
      Ready ready = ActivityTable.ready(tx.session(), OPERATION, candidate.place());
      switch (ready.decoded()) {
        case Decoded.Readable(ActivityTask task) -> {
          if (!items.isEmpty() && !bytes.fit(task.input().size())) {
            return items;
          }
          if (takesSession(task)) {
            bytes.take(task.input().size());
            items.add(WorkerQueue.lock(tx, ready.place(), task, ready.deliveryCount(), until));
          }
        }
        case Decoded.Corrupt(CorruptData error) -> {
          // It moves to the end of the line and is reported when nothing healthy is left (ERR-11).
          corruption = corruption == null ? error : corruption;
          unreadable.add(ready.place());
          ActivityTable.postpone(tx, ready.place(), now);
        }
      }
    }
    if (items.isEmpty() && corruption != null) {
      throw corruption;
    }
    return items;
  }

  private boolean isOfOthers(Candidate candidate) {
    String sessionId = candidate.sessionId();
    return sessionId != null && sessionsOfOthers.contains(sessionId);
  }

  private boolean takesSession(ActivityTask task) throws SQLException {
    String sessionId = task.sessionId();
    if (sessionId == null) {
      return true;
    }
    SessionClaim claim = request.session();
    boolean taken = claim != null && SessionTable.take(tx, claim, sessionId, now);
    if (!taken) {
      sessionsOfOthers.add(sessionId);
    }
    return taken;
  }
}
