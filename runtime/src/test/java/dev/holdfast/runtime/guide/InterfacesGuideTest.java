// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.guide.PaidOrder.Order;
import dev.holdfast.runtime.guide.PaidOrder.Orders;
import dev.holdfast.runtime.guide.PaidOrder.Payments;
import dev.holdfast.runtime.guide.PaidOrder.Receipt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** The program of the guide to interfaces. */
class InterfacesGuideTest {

  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void theProgramIsTheOneOfTheGuide() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/runtime/guide/PaidOrder.java"));
    assertThat(Files.readString(Path.of("..", "docs", "guide", "interfaces.md")))
        .contains(
            "```java\n" + source.substring(source.indexOf("package ")).stripTrailing() + "\n```");
  }

  @Test
  void anOrderIsPaidOrNotSold() throws Exception {
    Queue<Receipt> givenBack = new ConcurrentLinkedQueue<>();
    Payments payments =
        new Payments() {
          @Override
          public Receipt charge(Order order) throws IOException {
            if (order.item().equals("gift") && !givenBack.isEmpty()) {
              throw new IOException("no gifts left");
            }
            return new Receipt(order.item() + " " + order.cents());
          }

          @Override
          public void giveBack(Receipt receipt) {
            givenBack.add(receipt);
          }
        };
    try (Holdfast holdfast =
        Holdfast.builder("sqlite::memory:")
            .closeOnShutdown(false)
            .activities(Payments.class, payments)
            .orchestrations(Orders.class, PaidOrder.OrdersCode::new)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(Orders.PROCESS, "order-1", new Order("book", 1990));
      assertThat(client.await(Orders.PROCESS, "order-1", LONG)).isEqualTo("book 1990, gift 0");
      givenBack.add(new Receipt("before"));
      client.start(Orders.PROCESS, "order-2", new Order("bike", 5));
      assertThat(client.await(Orders.PROCESS, "order-2", LONG)).isEqualTo("no gift, no sale");
      assertThat(givenBack).contains(new Receipt("bike 5"));
    }
  }
}
