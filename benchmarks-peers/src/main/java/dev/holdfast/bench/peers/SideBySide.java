// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.peers;

import dev.dbos.transact.DBOS;
import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.scenario.Case;
import dev.holdfast.bench.scenario.Round;
import dev.holdfast.bench.scenario.Sample;
import dev.holdfast.bench.store.BenchStore;
import java.util.Collections;
import java.util.UUID;

/** One case: both systems one after the other, each on a new schema and each beginning warm. */
final class SideBySide implements Case {

  private final int steps;
  private final int callers;
  private boolean peerFirst;

  SideBySide(int steps, int callers) {
    this.steps = steps;
    this.callers = callers;
  }

  @Override
  public String name() {
    return "%s, %s"
        .formatted(
            steps == 1 ? "1 step" : steps + " steps",
            callers == 1 ? "1 caller" : callers + " callers");
  }

  @Override
  public String unit() {
    return "orch/s";
  }

  @Override
  public String reference() {
    return "DBOS " + DBOS.version();
  }

  @Override
  public Sample measure(Round round) throws Exception {
    Latencies latencies = new Latencies();
    double peer = peerFirst ? peer(round, latencies) : Double.NaN;
    double holdfast = holdfast(round, latencies);
    if (!peerFirst) {
      peer = peer(round, latencies);
    }
    // Whoever comes second finds the server warmer, and the disk busier with what came first.
    peerFirst = !peerFirst;
    return new Sample(holdfast, peer, latencies.summary(), Double.NaN);
  }

  private double holdfast(Round round, Latencies latencies) throws Exception {
    return run(HoldfastPeer::start, "Holdfast", round, latencies);
  }

  private double peer(Round round, Latencies latencies) throws Exception {
    return run(DbosPeer::start, "DBOS", round, latencies);
  }

  private double run(Maker maker, String name, Round round, Latencies latencies) throws Exception {
    try (Peer peer = maker.start(round.store(), steps)) {
      Caller caller =
          () -> {
            String id = UUID.randomUUID().toString();
            long before = System.nanoTime();
            int result = peer.startAndAwait(id, callers);
            latencies.record(name, System.nanoTime() - before);
            if (result != callers) {
              throw new IllegalStateException(name + " returned " + result);
            }
            return 1;
          };
      // As long as what counts: both have just started, and neither must pay for compiling.
      return ClosedLoop.run(
          Collections.nCopies(callers, caller),
          round.settings().threads(),
          round.settings().measured(),
          round.settings().measured(),
          latencies);
    }
  }

  /** Starts a system. */
  private interface Maker {
    Peer start(BenchStore store, int steps) throws Exception;
  }
}
