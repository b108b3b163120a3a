// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Work;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Space;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import java.io.IOException;
import java.sql.SQLException;

/** A store with its provider, for cases that keep it over several rounds. Not thread-safe. */
final class OpenSpace implements AutoCloseable {

  private final Space space;
  private final Provider provider;
  private final Work work;

  private OpenSpace(Space space, Provider provider, Work work) {
    this.space = space;
    this.provider = provider;
    this.work = work;
  }

  /** Makes a new store. */
  static OpenSpace in(BenchStore store) throws Exception {
    Space space = store.newSpace();
    try {
      return new OpenSpace(space, Providers.open(space.config()), new Work("bench"));
    } catch (RuntimeException e) {
      space.close();
      throw e;
    }
  }

  Provider provider() {
    return provider;
  }

  Work work() {
    return work;
  }

  /** Lets the store finish what much writing has left to be done. */
  void settle() throws SQLException {
    space.settle();
  }

  /** Starts another process on the store, to be closed by the caller. */
  StoreProcess alongside(Starting process) throws IOException {
    return process.on(space);
  }

  /** Starts a process. */
  interface Starting {
    StoreProcess on(Space space) throws IOException;
  }

  @Override
  public void close() throws IOException, SQLException {
    try {
      provider.close();
    } finally {
      space.close();
    }
  }
}
