// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.streams.event.EventType;
import dev.holdfast.streams.event.EventTypes;

/** Items have got a currency: another form of the event, and how the form before becomes it. */
final class GrownOrders {

  sealed interface Event {
    @EventType(version = 2)
    record ItemAdded(String item, long cents, String currency) implements Event {}
  }

  static final EventTypes<Event> EVENTS =
      EventTypes.builder(Event.class)
          .upcast("ItemAdded", 1, data -> data.put("currency", "EUR")) // from 1 to 2
          .build();

  private GrownOrders() {}
}
