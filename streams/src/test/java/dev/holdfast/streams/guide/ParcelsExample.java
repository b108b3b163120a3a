// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.streams.guide.Parcels.Command.Scan;
import dev.holdfast.streams.guide.Parcels.Event.HandedIn;
import dev.holdfast.streams.guide.Parcels.Event.LeftDepot;
import dev.holdfast.streams.guide.Parcels.Event.ReachedDepot;
import dev.holdfast.streams.test.AggregateTest;

/** The facts that follow from a scan. */
final class ParcelsExample {

  private ParcelsExample() {}

  static void aScanElsewhereIsTwoFacts() {
    AggregateTest.of(Parcels.PARCEL)
        .given(new HandedIn("Main Street", 900), new ReachedDepot("north"))
        .when(new Scan("south"))
        .then(new LeftDepot("north"), new ReachedDepot("south"))
        .when(new Scan("south"))
        .then();
  }
}
