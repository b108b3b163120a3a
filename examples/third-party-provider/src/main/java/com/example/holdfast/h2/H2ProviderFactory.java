// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import com.example.holdfast.h2.db.Database;
import com.example.holdfast.h2.db.Location;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderFactory;

/** Opens {@code h2:FILE} and {@code h2:mem:NAME}. Stateless. */
public final class H2ProviderFactory implements ProviderFactory {

  /** Created by {@link java.util.ServiceLoader}. */
  public H2ProviderFactory() {}

  @Override
  public String id() {
    return H2Provider.ID;
  }

  @Override
  public boolean accepts(ProviderConfig config) {
    return config.location().filter(url -> url.startsWith(Location.PREFIX)).isPresent();
  }

  @Override
  public Provider open(ProviderConfig config) {
    Location location = Location.of(config);
    return new H2Provider(Database.open(location, Database.source(location), config));
  }
}
