// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.guide.Parcels.Command.Deliver;
import dev.holdfast.streams.guide.Parcels.Command.Drop;
import dev.holdfast.streams.guide.Parcels.Command.Scan;
import dev.holdfast.streams.guide.Parcels.Event.Delivered;
import dev.holdfast.streams.guide.Parcels.Event.HandedIn;
import dev.holdfast.streams.guide.Parcels.Event.LeftDepot;
import dev.holdfast.streams.guide.Parcels.Event.ReachedDepot;
import java.util.ArrayList;
import java.util.List;

/** Parcels: facts in the past tense, one each. */
final class Parcels {

  /** What has happened, in the words of those who carry parcels. */
  sealed interface Event {
    record HandedIn(String shop, int grams) implements Event {}

    record ReachedDepot(String depot) implements Event {}

    record LeftDepot(String depot) implements Event {}

    record Delivered(String signedBy) implements Event {}
  }

  /** What can be asked for, in the imperative. What has to be known is in it. */
  sealed interface Command {
    record Drop(String shop, int grams) implements Command {}

    record Scan(String depot) implements Command {}

    record Deliver(String signedBy) implements Command {}
  }

  /** What the rules need to know, and no more: the weight is in no rule. */
  record Parcel(String at, boolean delivered) {}

  static final Aggregate<Parcel, Command, Event> PARCEL =
      Aggregate.builder("parcel", Parcel.class, Command.class, Event.class)
          .initial(new Parcel("", false))
          .decide(Parcels::decide)
          .evolve(Parcels::evolve)
          .isComplete(Parcel::delivered)
          .build();

  private Parcels() {}

  private static List<Event> decide(Parcel parcel, Command command) {
    if (parcel.delivered()) {
      throw new IllegalStateException("the parcel was delivered");
    }
    return switch (command) {
      case Drop(String shop, int grams) -> List.of(new HandedIn(shop, grams));
      case Scan(String depot) -> moved(parcel, depot);
      case Deliver(String signedBy) -> List.of(new Delivered(signedBy));
    };
  }

  /** A scan may lead to two facts, which are true one without the other. */
  private static List<Event> moved(Parcel parcel, String depot) {
    List<Event> events = new ArrayList<>();
    if (parcel.at().equals(depot)) {
      return events; // nothing has happened
    }
    if (!parcel.at().isEmpty()) {
      events.add(new LeftDepot(parcel.at()));
    }
    events.add(new ReachedDepot(depot));
    return events;
  }

  private static Parcel evolve(Parcel parcel, Event event) {
    return switch (event) {
      case HandedIn handedIn -> parcel;
      case ReachedDepot(String depot) -> new Parcel(depot, false);
      case LeftDepot left -> new Parcel("", false);
      case Delivered delivered -> new Parcel(parcel.at(), true);
    };
  }
}
