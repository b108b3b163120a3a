// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.store;

import dev.holdfast.provider.ProviderConfig;
import java.io.IOException;
import java.sql.SQLException;

/** A store for one measurement, thrown away when closed. Not thread-safe. */
public interface Space extends AutoCloseable {

  /** How to open it. */
  ProviderConfig config();

  /**
   * Lets the store do what it would do some time after much was written to it, so that it does not
   * while something is measured.
   */
  void settle() throws SQLException;

  /** Throws it away. Providers on it are closed before. */
  @Override
  void close() throws IOException, SQLException;
}
