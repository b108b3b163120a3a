// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.floor;

import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.measure.ThreadChoice;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Floor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Measures the floor before and after something, because what else the machine does changes from
 * second to second. What was measured after one thing serves as before of the next. Not
 * thread-safe.
 */
public final class FloorMeter {

  private final BenchStore store;
  private final Duration warmUp;
  private final Duration measured;
  private @Nullable Floor lastFloor;
  private @Nullable FloorRate lastRate;

  /**
   * Measures nothing yet.
   *
   * @param store whose floor
   * @param warmUp how long to run before counting
   * @param measured how long to count
   */
  public FloorMeter(BenchStore store, Duration warmUp, Duration measured) {
    this.store = store;
    this.warmUp = warmUp;
    this.measured = measured;
  }

  /**
   * Something, and the floor around it.
   *
   * @param <T> what it answers
   * @param value its answer
   * @param rate the mean of the floor before and after
   */
  public record Surrounded<T>(T value, FloorRate rate) {}

  /** Does something between two measurements of the floor. */
  public <T> Surrounded<T> around(Floor floor, Callable<T> something) throws Exception {
    FloorRate before = floor.equals(lastFloor) && lastRate != null ? lastRate : measure(floor);
    lastFloor = null;
    T value = something.call();
    FloorRate after = measure(floor);
    lastFloor = floor;
    lastRate = after;
    return new Surrounded<>(value, before.and(after));
  }

  /** Measures a floor now. */
  public FloorRate measure(Floor floor) throws SQLException, InterruptedException {
    Latencies latencies = new Latencies();
    List<OneRowCommits> clients = new ArrayList<>();
    try {
      for (int i = 0; i < floor.connections(); i++) {
        clients.add(new OneRowCommits(store, latencies));
      }
      double perSecond =
          ClosedLoop.run(clients, ThreadChoice.PLATFORM, warmUp, measured, latencies);
      return new FloorRate(
          perSecond, Objects.requireNonNull(latencies.summary().get(OneRowCommits.COMMIT)));
    } finally {
      for (OneRowCommits client : clients) {
        client.close();
      }
    }
  }
}
