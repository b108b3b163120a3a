// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.internal.event.Carried;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matches raised events with the futures that wait for them, per name in order. Events that come
 * early are kept.
 */
final class EventInbox {

  private final ExecutionScope gate;
  private final PayloadCodec values;
  private final Map<String, EarlierEvents> earlier = new LinkedHashMap<>();
  private final Map<String, Deque<Kept>> early = new LinkedHashMap<>();
  private final Map<String, Deque<Wait<?>>> waits = new HashMap<>();

  EventInbox(ExecutionScope gate, PayloadCodec values) {
    this.gate = gate;
    this.values = values;
  }

  /** Takes over what earlier executions have left: it comes before everything of this one. */
  void carry(List<Carried> carried, EarlierEvents.Pages pages, long executionId) {
    carried.forEach(one -> earlier.put(one.name(), new EarlierEvents(pages, one, executionId)));
  }

  <T extends @Nullable Object> DurableFuture<T> await(String name, Type type) {
    Wait<T> wait = new Wait<>(name, type);
    EarlierEvents left = earlier.get(name);
    Deque<Kept> kept = early.get(name);
    if (left != null && !left.isEmpty()) {
      wait.take(gate.reading(left::take));
    } else if (kept != null && !kept.isEmpty()) {
      wait.take(kept.remove().value());
    } else {
      waits.computeIfAbsent(name, any -> new ArrayDeque<>()).add(wait);
    }
    return wait.promise;
  }

  void on(long eventId, Event.EventRaised event) {
    Deque<Wait<?>> waiting = waits.get(event.name());
    Wait<?> first = waiting == null ? null : waiting.poll();
    if (first == null) {
      early
          .computeIfAbsent(event.name(), any -> new ArrayDeque<>())
          .add(new Kept(eventId, event.value()));
    } else {
      first.take(event.value());
    }
  }

  /** Forgets the waiting futures: events that come from now on are for the next execution. */
  void close() {
    waits.clear();
  }

  /** {@return the events that the code has not waited for, by name} */
  List<Carried> unconsumed(long executionId) {
    List<Carried> all = new ArrayList<>();
    earlier.forEach((name, left) -> {
      if (!left.isEmpty()) {
        all.add(left.left(early.getOrDefault(name, new ArrayDeque<>()).size()));
      }
    });
    early.forEach((name, kept) -> {
      EarlierEvents left = earlier.get(name);
      if (!kept.isEmpty() && (left == null || left.isEmpty())) {
        all.add(new Carried(name, executionId, kept.element().eventId(), kept.size()));
      }
    });
    return all;
  }

  /** An event that came before the code waited for it. */
  private record Kept(long eventId, Json value) {}

  private final class Wait<T extends @Nullable Object> {
    private final Type type;
    private final Promise<T> promise;

    Wait(String name, Type type) {
      this.type = type;
      this.promise = new Promise<>(gate, () -> leave(name));
    }

    void take(Json value) {
      promise.settle(() -> values.<T>decode(value, type));
    }

    private void leave(String name) {
      Deque<Wait<?>> waiting = waits.get(name);
      if (waiting != null) {
        waiting.remove(this);
      }
    }
  }
}
