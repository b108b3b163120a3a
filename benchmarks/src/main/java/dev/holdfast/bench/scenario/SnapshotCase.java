// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Work;
import dev.holdfast.bench.measure.Latencies;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;

/**
 * The load while somebody else holds a snapshot, so that no old row version can be cleaned away:
 * counted at the end of four times the usual time, 20 seconds in a full run, and compared with a
 * fresh store.
 */
final class SnapshotCase implements Case {

  private static final int TIMES = 4;

  @Override
  public String name() {
    return "a foreign snapshot held";
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
    double fresh = LoadCase.onFreshStore(round, GrownCase.LOAD, new Latencies());
    Duration measured = round.settings().measured();
    Latencies latencies = new Latencies();
    try (OpenSpace space = OpenSpace.in(round.store());
        Connection reader = round.store().connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      // The snapshot is taken by the first statement and kept until the connection closes.
      statement.execute("SELECT count(*) FROM pg_class");
      double held =
          GrownCase.LOAD.run(
              space.provider(),
              new Work("bench"),
              round.settings().threads(),
              measured.multipliedBy(TIMES - 1),
              measured,
              latencies);
      reader.rollback();
      return Sample.of(held, fresh, latencies);
    }
  }
}
