// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.floor.FloorRate;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Floor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The floors themselves, compared with that of one client. */
final class FloorScenario implements Scenario {

  @Override
  public String name() {
    return "floor";
  }

  @Override
  public String description() {
    return "one-row durable commits with plain JDBC";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return IntStream.of(1, 8)
        .mapToObj(store::floor)
        .distinct()
        .<Case>map(floor -> new OneFloor(floor, store.floor(1)))
        .toList();
  }

  private record OneFloor(Floor floor, Floor one) implements Case {

    @Override
    public String name() {
      return "%s, %d connection%s"
          .formatted(floor.name(), floor.connections(), floor.connections() == 1 ? "" : "s");
    }

    @Override
    public String unit() {
      return "commits/s";
    }

    @Override
    public String reference() {
      return one.name();
    }

    @Override
    public Sample measure(Round round) throws Exception {
      FloorMeter.Surrounded<FloorRate> seen =
          round.floor().around(one, () -> round.floor().measure(floor));
      return new Sample(
          seen.value().perSecond(),
          seen.rate().perSecond(),
          Map.of("commit", seen.value().commit()));
    }
  }
}
