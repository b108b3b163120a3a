// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Replayed;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.guide.Parcels.Command;
import dev.holdfast.streams.guide.Parcels.Command.Drop;
import dev.holdfast.streams.guide.Parcels.Command.Scan;
import dev.holdfast.streams.guide.Parcels.Event;
import dev.holdfast.streams.guide.Parcels.Parcel;
import java.io.PrintStream;

/** Where commands come from, and what is said about them. */
final class Scans {

  private Scans() {}

  /** A scanner sends each scan until it is told that it has arrived. */
  record Reading(String scanner, long number, String parcel, String depot) {

    /** The id of the command comes from the cause: the reading. Never from the time. */
    String commandId() {
      return scanner + "/" + number;
    }

    /** How it came to be known is said about the event, and is no part of it. */
    EventContext context() {
      return EventContext.by(scanner).with("firmware", "7.2");
    }
  }

  static void run(EventSourcing events, PrintStream out) {
    Repository<Parcel, Command, Event> parcels = events.repository(Parcels.PARCEL);
    parcels.execute("p-1", "counter-3/88", new Drop("Main Street", 900));

    Reading reading = new Reading("scanner-4", 117, "p-1", "north");
    for (int sent = 1; sent <= 2; sent++) {
      boolean repeated =
          parcels
              .in(reading.context())
              .execute(reading.parcel(), reading.commandId(), new Scan(reading.depot()))
              .repeated();
      out.println("sent " + sent + ": " + (repeated ? "was there before" : "new"));
    }
    for (StreamEvent event : events.log().tagged("actor", "scanner-4")) {
      out.println(event.content().type() + " " + event.content().data().asUtf8());
    }

    // How much a load has to read says whether there are snapshots enough.
    for (int n = 0; n < 24; n++) {
      String depot = n % 2 == 0 ? "south" : "north";
      parcels.execute("p-1", "scanner-4/" + (118 + n), new Scan(depot));
    }
    Replayed<Parcel, Event> replayed = parcels.replay("p-1").withoutSnapshots().debug().run();
    out.println("without snapshots: " + replayed.debug().eventsRead() + " events");
    parcels.snapshot("p-1");
    out.println("behind one: " + parcels.replay("p-1").debug().run().debug().eventsRead());
  }
}
