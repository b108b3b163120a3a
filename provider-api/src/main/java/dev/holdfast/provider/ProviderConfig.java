// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is and how to open it: a URL or a {@link DataSource}, plus options.
 *
 * <pre>{@code
 * ProviderConfig.url("sqlite:orders.db").build()
 * ProviderConfig.url("sqlite:orders.db?synchronous=normal").build()
 * ProviderConfig.url("postgres://host/db?schema=orders").option("user", "app").build()
 * }</pre>
 *
 * <p>What follows the first {@code ?} of a URL are options, {@code name=value} joined by {@code &},
 * taken as written. A provider refuses options that it does not know (SPI-04). Immutable; {@link
 * #toString()} shows neither values of options nor credentials (ERR-05).
 */
public final class ProviderConfig {

  private final @Nullable String location;
  private final @Nullable DataSource dataSource;
  private final @Nullable String providerId;
  private final Map<String, String> options;
  private final SchemaMode schemaMode;
  private final InstantSource clock;

  private ProviderConfig(Builder builder) {
    location = builder.location;
    dataSource = builder.dataSource;
    providerId = builder.providerId;
    options = Collections.unmodifiableMap(new LinkedHashMap<>(builder.options));
    schemaMode = builder.schemaMode;
    clock = builder.clock;
  }

  /**
   * Starts from a URL.
   *
   * @param url the URL, with or without options
   * @return a new builder
   * @throws InvalidRequest when the URL is blank, or an option in it has no name or occurs twice
   */
  public static Builder url(String url) {
    return new Builder(url);
  }

  /**
   * Starts from a data source of the caller, which stays the caller's to close (SPI-11).
   *
   * @param dataSource the data source
   * @return a new builder
   */
  public static Builder dataSource(DataSource dataSource) {
    return new Builder(Objects.requireNonNull(dataSource, "dataSource"));
  }

  /**
   * {@return the URL without its options, such as {@code sqlite:orders.db}; null when a data source
   * is given}
   */
  public @Nullable String location() {
    return location;
  }

  /** {@return the caller's data source, null when a URL is given} */
  public @Nullable DataSource dataSource() {
    return dataSource;
  }

  /**
   * {@return the id of the factory that was chosen by name, null to let the configuration decide}
   */
  public @Nullable String providerId() {
    return providerId;
  }

  /** {@return names and values of the options, those of the URL first; unmodifiable} */
  public Map<String, String> options() {
    return options;
  }

  /**
   * {@return what opening does about the schema, {@link SchemaMode#CREATE_AND_MIGRATE} when not
   * said otherwise}
   */
  public SchemaMode schemaMode() {
    return schemaMode;
  }

  /**
   * {@return the clock of stores that have none of their own, such as SQLite (CLOCK-01); the
   * system's when not said otherwise}
   */
  public InstantSource clock() {
    return clock;
  }

  /**
   * {@return where the store is and how it is opened, without values of options and without
   * credentials}
   */
  @Override
  public String toString() {
    String where = location != null ? withoutCredentials(location) : "a DataSource";
    return "ProviderConfig[%s, options=%s, schemaMode=%s%s]"
        .formatted(
            where,
            new TreeMap<>(options).keySet(),
            schemaMode,
            providerId == null ? "" : ", provider=" + providerId);
  }

  private static String withoutCredentials(String location) {
    return location.replaceFirst("//[^/@]*@", "//***@");
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private final @Nullable String location;
    private final @Nullable DataSource dataSource;
    private @Nullable String providerId;
    private final Map<String, String> options = new LinkedHashMap<>();
    private SchemaMode schemaMode = SchemaMode.CREATE_AND_MIGRATE;
    private InstantSource clock = InstantSource.system();

    private Builder(String url) {
      if (url.isBlank()) {
        throw new InvalidRequest(
            "ProviderConfig", "the URL is blank; give one such as sqlite:orders.db");
      }
      int question = url.indexOf('?');
      location = question < 0 ? url : url.substring(0, question);
      dataSource = null;
      if (question >= 0) {
        parse(url.substring(question + 1));
      }
    }

    private Builder(DataSource dataSource) {
      this.location = null;
      this.dataSource = dataSource;
    }

    private void parse(String query) {
      for (String part : query.split("&")) {
        if (part.isEmpty()) {
          continue;
        }
        int equals = part.indexOf('=');
        if (equals < 1) {
          throw new InvalidRequest(
              "ProviderConfig",
              "an option in the URL is not of the form name=value (after '?', joined by '&')");
        }
        String name = part.substring(0, equals);
        if (options.put(name, part.substring(equals + 1)) != null) {
          throw new InvalidRequest(
              "ProviderConfig", "the option \"" + name + "\" stands twice in the URL");
        }
      }
    }

    /**
     * Chooses the provider by the id of its factory, for a configuration that several accept.
     *
     * @param id the id, such as {@code sqlite}
     * @return this
     */
    public Builder provider(String id) {
      this.providerId = Objects.requireNonNull(id, "id");
      return this;
    }

    /**
     * Sets an option, replacing one of the URL.
     *
     * @param name the name
     * @param value the value
     * @return this
     */
    public Builder option(String name, String value) {
      options.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Sets what opening does about the schema.
     *
     * @param mode the mode
     * @return this
     */
    public Builder schemaMode(SchemaMode mode) {
      this.schemaMode = Objects.requireNonNull(mode, "mode");
      return this;
    }

    /**
     * Sets the clock for stores that have none of their own.
     *
     * @param clock the clock
     * @return this
     */
    public Builder clock(InstantSource clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Builds the configuration.
     *
     * @return the configuration
     */
    public ProviderConfig build() {
      return new ProviderConfig(this);
    }
  }
}
