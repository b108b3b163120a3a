// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Space;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.HoldfastClient;
import java.io.IOException;
import java.sql.SQLException;
import java.util.function.UnaryOperator;

/** A client of a worker in another process. Thread-safe but for closing. */
final class Callers implements AutoCloseable {

  private final Space space;
  private final WorkerProcess worker;
  private final Provider provider;
  private final HoldfastClient client;

  private Callers(Space space, WorkerProcess worker, Provider provider) {
    this.space = space;
    this.worker = worker;
    this.provider = provider;
    this.client = HoldfastClient.on(provider, DataConverter.jackson());
  }

  /**
   * Starts a worker and connects to its store.
   *
   * @param watched what the client uses in place of the store's handle
   */
  static Callers start(BenchStore store, UnaryOperator<Provider> watched) throws Exception {
    Space space = store.newSpace();
    WorkerProcess worker = null;
    try {
      worker = WorkerProcess.start(space);
      return new Callers(space, worker, watched.apply(Providers.open(space.config())));
    } catch (IOException | RuntimeException e) {
      if (worker != null) {
        worker.close();
      }
      space.close();
      throw e;
    }
  }

  HoldfastClient client() {
    return client;
  }

  @Override
  public void close() throws IOException, SQLException {
    try {
      client.close();
    } finally {
      try {
        provider.close();
      } finally {
        try {
          worker.close();
        } finally {
          space.close();
        }
      }
    }
  }
}
