// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.provider.ProviderConfig;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/** Configurations like others. Stateless. */
public final class Configs {

  private Configs() {}

  /**
   * A builder that holds all that a configuration says.
   *
   * @param config the configuration
   * @return the builder
   */
  public static ProviderConfig.Builder like(ProviderConfig config) {
    String location = config.location();
    return copied(
        config,
        location == null
            ? ProviderConfig.dataSource(Objects.requireNonNull(config.dataSource()))
            : ProviderConfig.url(location));
  }

  /**
   * A configuration that says the same of another data source.
   *
   * @param config the configuration
   * @param other the other data source
   * @return the configuration
   */
  public static ProviderConfig like(ProviderConfig config, DataSource other) {
    return copied(config, ProviderConfig.dataSource(other)).build();
  }

  private static ProviderConfig.Builder copied(
      ProviderConfig config, ProviderConfig.Builder builder) {
    Optional.ofNullable(config.providerId()).ifPresent(builder::provider);
    config.options().forEach(builder::option);
    return builder.schemaMode(config.schemaMode()).clock(config.clock());
  }
}
