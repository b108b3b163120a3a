// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.sqlite.store.Connector;

/**
 * Finds SQLite stores: {@code sqlite:FILE}, {@code jdbc:sqlite:FILE}, or {@code sqlite::memory:}
 * for a store that lives and dies with its handle.
 *
 * <p>Options: {@code synchronous} is {@code full} (the default: what was acknowledged survives a
 * power cut, except the locks of fetches, whose holders end with the power) or {@code normal} (it
 * survives the death of the process; a power cut may take the last moments); {@code
 * busyTimeoutMillis} is how long a write waits for another process, 10000 unless said otherwise.
 *
 * <p>Several handles, in one process or many on one machine, may open one file. Not for network
 * file systems. Stateless and thread-safe.
 */
public final class SqliteProviderFactory implements ProviderFactory {

  static final String ID = "sqlite";

  /** For {@link java.util.ServiceLoader}. */
  public SqliteProviderFactory() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public boolean accepts(ProviderConfig config) {
    return SqliteOptions.place(config).isPresent();
  }

  @Override
  public Provider open(ProviderConfig config) {
    return SqliteProvider.open(config, SqliteOptions.parse(config), Connector.DRIVER);
  }
}
