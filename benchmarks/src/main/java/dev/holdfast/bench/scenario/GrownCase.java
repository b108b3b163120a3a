// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Load;
import dev.holdfast.bench.load.Work;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Provider;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The same load on a fresh store and on one that was filled once, in turns. */
final class GrownCase implements Case {

  static final Load LOAD = Load.single(4);

  private final String name;
  private final Fill fill;
  private @Nullable OpenSpace grown;

  /** What puts something into the store. */
  @FunctionalInterface
  interface Fill {
    void into(Provider provider, Work work);
  }

  GrownCase(String name, Fill fill) {
    this.name = name;
    this.fill = fill;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String unit() {
    return "orch/s";
  }

  @Override
  public String reference() {
    return "fresh";
  }

  @Override
  public Sample measure(Round round) throws Exception {
    OpenSpace full = grown;
    if (full == null) {
      full = OpenSpace.in(round.store());
      grown = full;
      fill.into(full.provider(), full.work());
      full.settle();
    }
    double fresh = LoadCase.onFreshStore(round, LOAD, new Latencies());
    Latencies latencies = new Latencies();
    double now =
        LOAD.run(
            full.provider(),
            full.work(),
            round.settings().threads(),
            round.settings().warmUp(),
            round.settings().measured(),
            latencies);
    return Sample.of(now, fresh, latencies);
  }

  @Override
  public void close() throws IOException, SQLException {
    if (grown != null) {
      grown.close();
    }
  }
}
