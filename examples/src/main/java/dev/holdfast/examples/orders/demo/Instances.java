// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.demo.DemoFailedException;
import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.flow.OrderFlow;
import dev.holdfast.examples.orders.flow.Outcome;
import dev.holdfast.runtime.AlreadyStartedException;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
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

/** The instances of all orders: starts them little by little and looks after those under way. */
final class Instances {

  /** As many orders are under way at a time; the next ones come in as these end. */
  private static final int OPEN = 100;

  private static final int STARTERS = 16;

  private final HoldfastClient client;
  private final Queue<Order> coming;
  private final Queue<String> running = new ArrayDeque<>();
  private final Map<String, Ending> endings = new HashMap<>();

  Instances(HoldfastClient client, List<Order> orders) {
    this.client = client.withStrictStarts();
    this.coming = new ArrayDeque<>(orders);
  }

  /** Takes over what an earlier run left in the store. */
  void takeOver() {
    for (int left = coming.size(); left > 0; left--) {
      Order order = coming.remove();
      InstanceStatus status = client.status(order.id());
      if (status.state().isEnded()) {
        endings.put(order.id(), Ending.of(status));
      } else if (status.state() == InstanceState.RUNNING) {
        running.add(order.id());
      } else {
        coming.add(order); // Perhaps it is queued already; starting it again changes nothing.
      }
    }
  }

  /** Lets orders come in, several at once, so that they share commits. */
  void start() throws InterruptedException {
    List<Future<?>> starts = new ArrayList<>();
    try (ExecutorService starters = Executors.newFixedThreadPool(STARTERS)) {
      while (running.size() < OPEN && !coming.isEmpty()) {
        Order order = coming.remove();
        starts.add(starters.submit(() -> client.start(OrderFlow.PROCESS, order.id(), order)));
        running.add(order.id());
      }
      for (Future<?> start : starts) {
        start.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AlreadyStartedException other) {
        throw new BadInputException(
            "the database has an instance \"%s\" that is another order; use another --db"
                .formatted(other.instanceId()),
            other);
      }
      throw new DemoFailedException("orders could not be started: " + e.getCause());
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

  /** Those under way, in no order. */
  List<String> running() {
    return List.copyOf(running);
  }

  Map<String, Ending> endings() {
    return Map.copyOf(endings);
  }
}
