// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import com.example.holdfast.h2.db.Database;
import com.example.holdfast.h2.db.Location;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderFactory;
import javax.sql.DataSource;

/**
 * Opens {@code h2:FILE}, {@code h2:mem:NAME}, {@code h2:tcp://HOST:PORT/NAME}, and data sources of
 * callers. Stateless.
 */
public final class H2ProviderFactory implements ProviderFactory {

  /** Created by {@link java.util.ServiceLoader}. */
  public H2ProviderFactory() {}

  @Override
  public String id() {
    return H2Provider.ID;
  }

  @Override
  public boolean accepts(ProviderConfig config) {
    // A data source does not say what it leads to; where several providers accept it, its owner
    // does.
    return config.dataSource() != null
        || (config.location() != null && config.location().startsWith(Location.PREFIX));
  }

  @Override
  public Provider open(ProviderConfig config) {
    Location location = Location.of(config);
    DataSource source =
        config.dataSource() == null ? Database.source(location) : config.dataSource();
    return new H2Provider(Database.open(location, source, config));
  }
}
