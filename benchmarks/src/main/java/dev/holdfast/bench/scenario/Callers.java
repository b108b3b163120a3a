// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Space;
import dev.holdfast.runtime.HoldfastClient;
import java.io.IOException;
import java.sql.SQLException;

/**
 * A client of a worker in another process. Thread-safe but for closing.
 *
 * @param space the store
 * @param worker the other process
 * @param client the client
 */
record Callers(Space space, WorkerProcess worker, HoldfastClient client) implements AutoCloseable {

  /** Starts a worker and connects to its store. */
  static Callers start(BenchStore store) throws Exception {
    Space space = store.newSpace();
    WorkerProcess worker = null;
    try {
      worker = WorkerProcess.start(space);
      return new Callers(space, worker, HoldfastClient.connect(space.config()));
    } catch (IOException | RuntimeException e) {
      if (worker != null) {
        worker.close();
      }
      space.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    try {
      client.close();
    } finally {
      try {
        worker.close();
      } finally {
        space.close();
      }
    }
  }
}
