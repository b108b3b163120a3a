// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;

/** An orchestration calls another one like an activity; the child has a history of its own. */
public final class ChildOrchestration {

  static final Activity<String, String> PACK =
      Activity.named("parcel.pack", String.class, String.class);

  static final Orchestration<String, String> PARCEL =
      Orchestration.named(
          "parcel",
          String.class,
          String.class,
          (ctx, thing) -> {
            String packed = ctx.call(PACK, thing).await();
            ctx.timer(Duration.ofMillis(20)).await(); // until the glue is dry
            return packed;
          });

  static final Orchestration<String, String> SHIPMENT =
      Orchestration.named(
          "shipment",
          String.class,
          String.class,
          (ctx, thing) -> "shipped " + ctx.child(PARCEL, thing).await());

  private ChildOrchestration() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(PACK, (context, thing) -> thing + " in a box")
            .orchestration(PARCEL)
            .orchestration(SHIPMENT)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(SHIPMENT, "shipment-1", "a vase");
      String outcome = client.await(SHIPMENT, "shipment-1", Duration.ofMinutes(1));
      return outcome + "; children: " + client.admin().children("shipment-1");
    }
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
