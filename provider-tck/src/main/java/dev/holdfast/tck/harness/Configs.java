// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.provider.ProviderConfig;

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
    ProviderConfig.Builder builder =
        config
            .location()
            .map(ProviderConfig::url)
            .orElseGet(() -> ProviderConfig.dataSource(config.dataSource().orElseThrow()));
    config.providerId().ifPresent(builder::provider);
    config.options().forEach(builder::option);
    return builder.schemaMode(config.schemaMode()).clock(config.clock());
  }
}
