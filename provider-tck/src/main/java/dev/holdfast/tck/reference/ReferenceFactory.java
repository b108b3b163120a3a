// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderFactory;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens reference providers: {@code reference:orders} is the store named {@code orders} of this
 * JVM, which lives as long as the JVM does. The clock is that of the configuration that opens a
 * store first. Thread-safe.
 */
public final class ReferenceFactory implements ProviderFactory {

  private static final String SCHEME = "reference:";
  private static final Map<String, ReferenceStore> STORES = new ConcurrentHashMap<>();

  /** Created by {@link java.util.ServiceLoader}. */
  public ReferenceFactory() {}

  @Override
  public String id() {
    return ReferenceProvider.ID;
  }

  @Override
  public boolean accepts(ProviderConfig config) {
    return Objects.requireNonNullElse(config.location(), "").startsWith(SCHEME);
  }

  @Override
  public Provider open(ProviderConfig config) {
    String location = Objects.requireNonNullElse(config.location(), "");
    if (!location.startsWith(SCHEME)) {
      throw new Misconfigured(
          "open", "a reference provider is opened with a URL such as reference:orders");
    }
    config.options().keySet().stream()
        .findFirst()
        .ifPresent(option -> {
          throw new Misconfigured(
              "open", "the option \"" + option + "\" is unknown; a reference provider has none");
        });
    return new ReferenceProvider(
        STORES.computeIfAbsent(location, name -> new ReferenceStore(config.clock())));
  }

  /** The store of a location that was opened before, for the fixture's clock and white box. */
  static ReferenceStore store(String location) {
    return Objects.requireNonNull(STORES.get(location), location);
  }

  /** Forgets a store with all its data. */
  static void remove(String location) {
    STORES.remove(location);
  }
}
