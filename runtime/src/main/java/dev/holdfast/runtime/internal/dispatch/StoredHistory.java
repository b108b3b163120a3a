// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Recorded;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The history of an item: what came along with it, and the rest page by page when it is needed. */
final class StoredHistory implements Iterable<Recorded> {

  private static final int PAGE = 256;

  private final OrchestrationItem item;
  private final LongFunction<List<HistoryEvent>> page;
  private final LongFunction<List<HistoryEvent>> single;

  StoredHistory(Provider provider, StoreCalls calls, OrchestrationItem item, Lease lease) {
    this.item = item;
    this.page = after -> read(provider, calls, lease, after, PAGE);
    this.single = after -> read(provider, calls, lease, after, 1);
  }

  long lastEventId() {
    return item.history().lastEventId();
  }

  /** Where the instance stands. */
  ExecutionCache.Place place() {
    return new ExecutionCache.Place(
        item.instanceId(), item.executionId(), lastEventId(), this::startedAt);
  }

  private @Nullable Instant startedAt() {
    HistoryEvent first = firstEvent();
    return first == null ? null : first.recordedAt();
  }

  /** How the execution ended, null while it has not. */
  Event.@Nullable Terminal terminal() {
    if (lastEventId() == 0) {
      return null;
    }
    List<HistoryEvent> inline = item.history().events();
    HistoryEvent last =
        item.history().complete() && !inline.isEmpty()
            ? inline.getLast()
            : first(single.apply(lastEventId() - 1));
    return last != null && Codec.decode(last).event() instanceof Event.Terminal terminal
        ? terminal
        : null;
  }

  /** How the execution began, null when that is not in its history. */
  Event.@Nullable OrchestrationStarted started() {
    HistoryEvent first = firstEvent();
    return first != null && Codec.decode(first).event() instanceof Event.OrchestrationStarted start
        ? start
        : null;
  }

  /** All events, read while they are asked for. */
  @Override
  public Iterator<Recorded> iterator() {
    return new Iterator<>() {
      private Iterator<HistoryEvent> loaded = item.history().events().iterator();
      private long known;

      @Override
      public boolean hasNext() {
        if (!loaded.hasNext() && known < lastEventId()) {
          loaded = page.apply(known).iterator();
        }
        return loaded.hasNext();
      }

      @Override
      public Recorded next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        HistoryEvent next = loaded.next();
        known = next.eventId();
        return Codec.decode(next);
      }
    };
  }

  private @Nullable HistoryEvent firstEvent() {
    if (lastEventId() == 0) {
      return null;
    }
    List<HistoryEvent> inline = item.history().events();
    return inline.isEmpty() ? first(single.apply(0)) : inline.getFirst();
  }

  private static @Nullable HistoryEvent first(List<HistoryEvent> events) {
    return events.isEmpty() ? null : events.getFirst();
  }

  private List<HistoryEvent> read(
      Provider provider, StoreCalls calls, Lease lease, long after, int limit) {
    return calls
        .read(
            lease, () -> provider.readHistory(item.instanceId(), item.executionId(), after, limit))
        .events();
  }
}
