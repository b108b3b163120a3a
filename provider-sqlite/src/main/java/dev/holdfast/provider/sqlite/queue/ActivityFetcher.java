// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Decoded;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Named;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Place;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Ready;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Locks ready activities, for most callers those that have neither tag nor session. */
public final class ActivityFetcher {

  private static final String OPERATION = "fetchActivityItems";
  private static final int PAGE = 64;

  /** How many activities one poll skips before it lets other transactions write. */
  private static final int MOST_PASSED_BY = 1_000;

  private final WriteTx tx;
  private final ActivityFetch request;
  private final long now;
  private final long until;
  private final Bytes bytes;
  private final List<ActivityItem> items = new ArrayList<>();
  private final Set<Place> unreadable = new HashSet<>();
  private Position lookedAt;
  private Position passedBy;
  private boolean passesNoMore;
  private int passedByInAll;
  private boolean full;
  private @Nullable CorruptData corruption;

  private ActivityFetcher(WriteTx tx, ActivityFetch request, Position after, long now) {
    this.tx = tx;
    this.request = request;
    this.now = now;
    this.until = StoreTime.plus(now, request.lockFor());
    this.bytes = new Bytes(request.maxBytes());
    this.lookedAt = after;
    this.passedBy = after;
  }

  /**
   * Returns when the next activity becomes, or became, deliverable, in microseconds since 1970;
   * null for never.
   */
  public static @Nullable Long nextReadyAt(
      Session session, ActivityFetch request, Memory<Set<String>> memory, long now)
      throws SQLException {
    if (request.isRouted()) {
      return RoutedFetcher.nextReadyAt(session, request, now);
    }
    PassedBy remembered = memory.of(request.served());
    return remembered == null
        ? ActivityTable.nextReadyAt(session)
        : ActivityTable.nextReadyAt(
            session, remembered.at(now, ActivityTable.givenBack(session)).upTo());
  }

  /** Locks up to as many activities as asked for. */
  public static Found<ActivityItem> fetch(
      WriteTx tx, ActivityFetch request, Memory<Set<String>> memory) throws SQLException {
    if (request.isRouted()) {
      return Found.all(RoutedFetcher.fetch(tx, request));
    }
    long now = tx.now();
    Set<String> served = request.served();
    PassedBy remembered = memory.of(served);
    if (served == null || remembered == null) {
      ActivityFetcher fetcher = new ActivityFetcher(tx, request, Position.START, now);
      fetcher.takeAny();
      return Found.all(fetcher.answer());
    }
    long look = memory.nextLook();
    long givenBack = ActivityTable.givenBack(tx.session());
    PassedBy before = remembered.at(now, givenBack);
    ActivityFetcher fetcher = new ActivityFetcher(tx, request, before.upTo(), now);
    fetcher.takeServed(served);
    PassedBy after = before.lookedAt(fetcher.passedBy, now, givenBack, Long.MAX_VALUE);
    return new Found<>(fetcher.answer(), fetcher.isTired(), () -> memory.keep(served, look, after));
  }

  private List<ActivityItem> answer() {
    if (items.isEmpty() && corruption != null && !isTired()) {
      throw corruption;
    }
    return items;
  }

  private boolean isTired() {
    return passedByInAll >= MOST_PASSED_BY;
  }

  private boolean isFull() {
    return full || items.size() == request.max();
  }

  private void takeAny() throws SQLException {
    boolean more = true;
    while (more && !isFull()) {
      int wanted = Math.min(request.max() - items.size(), PAGE);
      List<Ready> page = new ArrayList<>();
      ActivityTable.visitReady(
          tx.session(),
          OPERATION,
          lookedAt,
          now,
          wanted,
          ready -> {
            full = !fits(ready, items.isEmpty() && page.isEmpty());
            if (!full) {
              page.add(ready);
            }
            return !full;
          });
      more = page.size() == wanted;
      for (Ready ready : page) {
        lookedAt = ready.position();
        take(ready);
      }
    }
  }

  private void takeServed(Set<String> served) throws SQLException {
    boolean more = true;
    while (more && !isFull() && !isTired()) {
      List<Named> page = ActivityTable.readyNames(tx.session(), lookedAt, now, PAGE);
      more = page.size() == PAGE;
      for (Named named : page) {
        if (served.contains(named.name())) {
          if (isFull() || !takeServed(named.place())) {
            return;
          }
        } else {
          passedByInAll++;
        }
        lookedAt = named.position();
        if (!passesNoMore) {
          passedBy = lookedAt;
        }
      }
    }
  }

  private boolean takeServed(Place place) throws SQLException {
    if (unreadable.contains(place)) {
      passesNoMore = true;
      return true;
    }
    Ready ready = ActivityTable.ready(tx.session(), OPERATION, place);
    full = !fits(ready, items.isEmpty());
    if (!full) {
      take(ready);
    }
    return !full;
  }

  /** Returns whether an activity fits into the result, and if so counts its bytes (QUEUE-25). */
  private boolean fits(Ready ready, boolean anyway) {
    return switch (ready.decoded()) {
      case Decoded.Corrupt(CorruptData error) -> true;
      case Decoded.Readable(ActivityTask task) -> {
        boolean fits = anyway || bytes.fit(task.input().size());
        if (fits) {
          bytes.take(task.input().size());
        }
        yield fits;
      }
    };
  }

  private void take(Ready ready) throws SQLException {
    if (unreadable.contains(ready.place())) {
      return;
    }
    switch (ready.decoded()) {
      case Decoded.Readable(ActivityTask task) ->
          items.add(WorkerQueue.lock(tx, ready.place(), task, ready.deliveryCount(), until));
      case Decoded.Corrupt(CorruptData error) -> {
        // It moves to the end of the line and is reported when nothing healthy is left (ERR-11).
        corruption = corruption == null ? error : corruption;
        unreadable.add(ready.place());
        ActivityTable.postpone(tx, ready.place(), now);
      }
    }
  }
}
