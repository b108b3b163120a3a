// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Space;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.io.IOException;
import java.sql.SQLException;

/** A worker on a new store. Thread-safe but for closing. */
final class Engine implements AutoCloseable {

  private final Space space;
  private final Holdfast holdfast;

  private Engine(Space space, Holdfast holdfast) {
    this.space = space;
    this.holdfast = holdfast;
  }

  /** Starts a worker for one orchestration, with the usual settings. */
  static Engine start(BenchStore store, Orchestration<?, ?> orchestration) throws Exception {
    return start(store, orchestration, Observed.OFF);
  }

  /** The same, watched or not. */
  static Engine start(BenchStore store, Orchestration<?, ?> orchestration, Observed observed)
      throws Exception {
    Space space = store.newSpace();
    try {
      Holdfast holdfast =
          observed
              .watching(Holdfast.builder(space.config()))
              .activity(Program.ECHO, (ctx, value) -> value)
              .orchestration(orchestration)
              .start();
      observed.watch(holdfast.client());
      return new Engine(space, holdfast);
    } catch (RuntimeException e) {
      space.close();
      throw e;
    }
  }

  HoldfastClient client() {
    return holdfast.client();
  }

  @Override
  public void close() throws IOException, SQLException {
    try {
      holdfast.close();
    } finally {
      space.close();
    }
  }
}
