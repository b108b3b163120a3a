// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.internal.Values;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Json;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings raised events and those who wait for them together, per name in order. What comes early is
 * kept.
 */
final class EventInbox {

  private final CodeGate gate;
  private final Values values;
  private final List<Event.EventRaised> early = new ArrayList<>();
  private final Map<String, Deque<Wait<?>>> waits = new HashMap<>();

  EventInbox(CodeGate gate, Values values) {
    this.gate = gate;
    this.values = values;
  }

  <T extends @Nullable Object> DurableFuture<T> await(String name, Type type) {
    Wait<T> wait = new Wait<>(name, type);
    Iterator<Event.EventRaised> kept = early.iterator();
    while (kept.hasNext()) {
      Event.EventRaised event = kept.next();
      if (event.name().equals(name)) {
        kept.remove();
        wait.take(event.value());
        return wait.promise;
      }
    }
    waits.computeIfAbsent(name, any -> new ArrayDeque<>()).add(wait);
    return wait.promise;
  }

  void on(Event.EventRaised event) {
    Deque<Wait<?>> waiting = waits.get(event.name());
    Wait<?> first = waiting == null ? null : waiting.poll();
    if (first == null) {
      early.add(event);
    } else {
      first.take(event.value());
    }
  }

  /** Forgets who waits: whatever comes from now on is for the next execution. */
  void close() {
    waits.clear();
  }

  /** What nobody has waited for, in the order in which it came. */
  List<Event.EventRaised> unconsumed() {
    return List.copyOf(early);
  }

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
