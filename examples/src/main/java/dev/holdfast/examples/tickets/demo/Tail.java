// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.flow.Message;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.event.EventMetadata;
import java.util.ArrayList;
import java.util.List;

/** Reads along in the log of all tenants, and counts. Not thread-safe. */
final class Tail {

  /** The category of dead letters, as a tenant sees it. */
  static final String DEAD_LETTERS = "dead-letters";

  /** Something has become a dead letter. */
  static final String DIED = "holdfast.dead-letter";

  /** A dead letter is to be processed after all. */
  static final String REDRIVEN = "holdfast.redriven";

  /** A dead letter was given up. */
  static final String DROPPED = "holdfast.dropped";

  /** A migration has begun, or gone to another phase. */
  static final String PHASE = "holdfast.phase";

  private static final int PAGE = 100;

  private final EventSourcing events;
  private final List<StreamEvent> seen = new ArrayList<>();
  private LogPosition at = LogPosition.START;
  private int died;
  private int redriven;
  private int dropped;
  private int happened;
  private int migrated;
  private int phases;

  Tail(EventSourcing events) {
    this.events = events;
  }

  /** Reads what is new. */
  void read() {
    LogPage page;
    do {
      page = events.log().read(LogRead.after(at, PAGE));
      page.events().forEach(this::count);
      at = page.next();
    } while (!page.atEnd());
  }

  private void count(StreamEvent event) {
    seen.add(event);
    switch (event.content().type()) {
      case DIED -> died++;
      case REDRIVEN -> redriven++;
      case DROPPED -> dropped++;
      case PHASE -> phases++;
      default -> {
        if (event.stream().category().endsWith("~" + TicketWorkflow.CATEGORY)) {
          // What the former application writes as events says nothing of its cause.
          if (EventMetadata.read(event.content().metadata()).get(Message.ID) == null) {
            migrated++;
          } else {
            happened++;
          }
        }
      }
    }
  }

  /** {@return how many dead letters there were} */
  int died() {
    return died;
  }

  /** {@return how many dead letters were redriven} */
  int redriven() {
    return redriven;
  }

  /** {@return how many dead letters were dropped} */
  int dropped() {
    return dropped;
  }

  /** {@return how many events of tickets there are that were always events} */
  int happened() {
    return happened;
  }

  /** {@return how many events of tickets there are that come from the former table} */
  int migrated() {
    return migrated;
  }

  /** {@return how often a migration began or went to another phase} */
  int phases() {
    return phases;
  }

  /** {@return how many events were read} */
  int count() {
    return seen.size();
  }

  /** {@return what was read, in the order of reading} */
  List<StreamEvent> seen() {
    return List.copyOf(seen);
  }

  /** {@return up to where it was read} */
  LogPosition at() {
    return at;
  }
}
