// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

/**
 * The service type by which a provider is found with {@link java.util.ServiceLoader}, on class path
 * and module path (SPI-01). Implementations have a public no-argument constructor and are
 * thread-safe.
 *
 * <p>A jar needs the file {@code META-INF/services/dev.holdfast.provider.ProviderFactory} with the
 * name of the class, and an {@code Automatic-Module-Name} in its manifest, which keeps its module's
 * name from following the name of the file. That suffices on both paths: an automatic module
 * provides what its service files name. A jar with a {@code module-info} says {@code provides ...
 * with ...} there, and keeps the file for the class path.
 */
public interface ProviderFactory {

  /**
   * The provider's name: constant, lower case, not blank, equal to {@link ProviderInfo#id()} of
   * what it opens (SPI-01).
   *
   * @return the id, such as {@code sqlite}
   */
  String id();

  /**
   * Whether a configuration is meant for this provider, by its form alone: no I/O, no exception
   * (SPI-02).
   *
   * @param config the configuration
   * @return true when {@link #open} would try
   */
  boolean accepts(ProviderConfig config);

  /**
   * Opens the store, and creates or migrates its schema as {@link ProviderConfig#schemaMode()}
   * says.
   *
   * @param config the configuration
   * @return a new handle, to be closed by the caller
   * @throws ProviderError.Misconfigured when an option is unknown or has an illegal value, naming
   *     it, with nothing created (SPI-04); or when schema or rights do not fit (SCHEMA-03 to
   *     SCHEMA-10)
   * @throws ProviderError.StoreUnavailable when the store cannot be reached (SPI-05)
   */
  Provider open(ProviderConfig config);
}
