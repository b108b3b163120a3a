// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.AppendConflictException;
import dev.holdfast.runtime.Orchestration;

/** An orchestration that waits for one stream and writes to another. */
final class ShippedOrder {

  static final Activity<String, Long> VERSION =
      Activity.named("version-of-customer", String.class, Long.class);

  static final Orchestration<String, String> THANK =
      Orchestration.named(
          "thank",
          String.class,
          String.class,
          (ctx, order) -> {
            // Durable, and no thread waits.
            StreamEvent shipped =
                ctx.streamEvent(new StreamId("order", order), 0, "Shipped").await();
            StreamId customer = new StreamId("customer", shipped.content().data().asUtf8());
            while (true) {
              long version = ctx.call(VERSION, customer.id()).await();
              try {
                // With the end of this instance in one transaction.
                ctx.append(
                    AppendEvents.of(
                        customer,
                        Expected.exactly(version),
                        NewEvent.builder("Thanked", Payload.utf8("{}"))
                            .eventId(ctx.uuid().toString())
                            .causationId(shipped.content().eventId())
                            .build()));
                return customer.id();
              } catch (AppendConflictException e) {
                ctx.logger().info("{}; looking again", e.getMessage());
              }
            }
          });

  private ShippedOrder() {}
}
