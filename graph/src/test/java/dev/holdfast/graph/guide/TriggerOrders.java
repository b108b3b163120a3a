// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.guide;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The orders of a day come from outside, one by one; at the end of the day they are summed. */
final class TriggerOrders {

  record Order(String customer, int cents) {}

  record Ordered(Order order) {}

  record Booked(int cents) {}

  record AllBooked(List<Integer> cents) {}

  static final StepType<Ordered, Booked> BOOK = StepType.named("book", Ordered.class, Booked.class);
  static final StepType<AllBooked, Booked> SUM =
      StepType.named("sum", AllBooked.class, Booked.class);

  private TriggerOrders() {}

  static GraphDefinition definition() {
    GraphBuilder graph = GraphDefinition.builder("day", "1");
    StepBuilder orders = graph.step("orders", BOOK).trigger("order"); // done for each that comes
    StepBuilder sum = graph.step("sum", SUM).input("cents", orders.out("cents"));
    graph.output("cents", sum.out("cents"));
    return graph.build();
  }

  public static void main(String[] args) throws InterruptedException {
    GraphDefinition day = definition();
    try (Graphs graphs =
        Graphs.builder(args[0])
            .graph(day)
            .step(BOOK, (context, in) -> new Booked(in.order().cents()))
            .step(SUM, (context, in) -> new Booked(in.cents().stream().mapToInt(c -> c).sum()))
            .start()) {
      GraphClient client = graphs.client();
      client.start(day, "monday", Map.of());
      for (String id : List.of("order-1", "order-2", "order-1")) {
        System.out.println(
            client.deliverTriggerInput("monday", "orders", id, new Order("Ada", 250)));
      }
      client.triggers().end("monday", "orders"); // behind what was delivered before
      System.out.println(client.await("monday", Duration.ofMinutes(1)));
      System.out.println(
          client.deliverTriggerInput("monday", "orders", "order-3", new Order("Ada", 250)));
    }
  }
}
