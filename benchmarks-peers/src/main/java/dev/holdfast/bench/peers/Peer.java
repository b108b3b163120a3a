// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.peers;

import java.io.IOException;
import java.sql.SQLException;

/**
 * A system with a worker in this process, on a schema of its own that is dropped when closed.
 * Thread-safe but for closing.
 */
interface Peer extends AutoCloseable {

  /**
   * Starts the program and waits for its result.
   *
   * @param id what the run is called, used once
   * @param input what goes through all steps
   * @return the input, when all steps have been done
   */
  int startAndAwait(String id, int input) throws Exception;

  /** Ends the worker and drops the schema. */
  @Override
  void close() throws IOException, SQLException;
}
