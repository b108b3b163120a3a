// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.flow.OrderFlow;
import dev.holdfast.examples.orders.flow.Outcome;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The instances of all orders: starts them and looks after those that have not ended. */
final class Instances {

  private static final int STARTERS = 16;

  private final HoldfastClient client;
  private final Queue<String> running = new ArrayDeque<>();
  private final Map<String, Ending> endings = new HashMap<>();

  Instances(HoldfastClient client) {
    this.client = client;
  }

  /** Starts all, several at a time, so that they share commits. Repeating it does nothing. */
  void start(List<Order> orders) throws InterruptedException, ExecutionException {
    try (ExecutorService starters = Executors.newFixedThreadPool(STARTERS)) {
      List<Future<?>> starts = new ArrayList<>();
      for (Order order : orders) {
        starts.add(
            starters.submit(() -> client.start(OrderFlow.PROCESS, order.id(), order)));
        running.add(order.id());
      }
      for (Future<?> start : starts) {
        start.get();
      }
    }
  }

  /** Looks at those that have not ended, for as long as there is time, in turn. */
  void look(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (int left = running.size(); left > 0 && System.nanoTime() < until; left--) {
      String id = running.remove();
      InstanceStatus status = client.status(id);
      if (status.state().isEnded()) {
        endings.put(id, Ending.of(status));
      } else {
        running.add(id);
      }
    }
  }

  int ended() {
    return endings.size();
  }

  int completed() {
    Optional<Outcome> completed = Optional.of(Outcome.COMPLETED);
    return (int) endings.values().stream().filter(e -> e.outcome().equals(completed)).count();
  }

  List<String> running() {
    return List.copyOf(running);
  }

  Map<String, Ending> endings() {
    return Map.copyOf(endings);
  }
}
