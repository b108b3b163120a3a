// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.provider.ProviderConfig;
import java.util.Objects;

/** Pools of one size for both systems: the one that the URL says, or one connection per caller. */
final class Pools {

  private static final String SIZE = "poolSize";
  private static final String USUAL_SIZE = "32";

  private Pools() {}

  /** {@return the configuration, with the size of the pool in it} */
  static ProviderConfig withPoolSize(ProviderConfig config) {
    ProviderConfig.Builder sized =
        ProviderConfig.url(Objects.requireNonNull(config.location(), "a store with an address"));
    config.options().forEach(sized::option);
    return sized.option(SIZE, size(config)).build();
  }

  /** {@return a pool of connections to the server, to be closed by the caller} */
  static HikariDataSource of(BenchStore store, ProviderConfig config) {
    HikariConfig pool = new HikariConfig();
    pool.setDataSource(new Connecting(store));
    pool.setMaximumPoolSize(Integer.parseInt(size(config)));
    return new HikariDataSource(pool);
  }

  private static String size(ProviderConfig config) {
    return config.options().getOrDefault(SIZE, USUAL_SIZE);
  }
}
