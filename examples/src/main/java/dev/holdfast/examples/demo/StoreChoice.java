// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.Providers;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which store the user wants.
 *
 * @param provider the id of its provider
 * @param template its URL, with {@link #FRESH_NAME} where the name of a new store belongs; null
 *     where the demo has a place of its own for it
 */
public record StoreChoice(String provider, @Nullable String template) {

  /** Stands in a URL for a name that no other run has. */
  public static final String FRESH_NAME = "{store}";

  private static final String SQLITE = "sqlite";
  private static final String POSTGRES = "postgres";

  /** In PostgreSQL a store is a schema. */
  private static final String SCHEMA = "schema";

  /**
   * Makes sense of what the user said.
   *
   * @throws BadInputException when no provider can be meant, or it needs another URL
   */
  public static StoreChoice of(@Nullable String provider, @Nullable String url) {
    if (provider != null) {
      checkKnown(provider);
    }
    if (url == null) {
      String id = provider == null ? SQLITE : provider;
      if (!id.equals(SQLITE) && !id.equals(POSTGRES)) {
        throw new BadInputException("the provider \"%s\" needs a --url".formatted(id));
      }
      return new StoreChoice(id, null);
    }
    ProviderConfig config = parse(provider, url);
    String id = idFor(config, url);
    if (id.equals(SQLITE)) {
      throw new BadInputException("--url is for servers; name an SQLite file with --db");
    }
    return new StoreChoice(id, id.equals(POSTGRES) ? withSchema(url, config) : url);
  }

  private static void checkKnown(String provider) {
    TreeSet<String> known = new TreeSet<>();
    ServiceLoader.load(ProviderFactory.class).forEach(factory -> known.add(factory.id()));
    if (!known.contains(provider)) {
      throw new BadInputException(
          "there is no provider \"%s\"; known are %s"
              .formatted(provider, String.join(", ", known)));
    }
  }

  private static ProviderConfig parse(@Nullable String provider, String url) {
    try {
      ProviderConfig.Builder config = ProviderConfig.url(url);
      return provider == null ? config.build() : config.provider(provider).build();
    } catch (ProviderError e) {
      throw new BadInputException("--url is not well formed: " + e.getMessage(), e);
    }
  }

  private static String idFor(ProviderConfig config, String url) {
    try {
      return Providers.find(config).id();
    } catch (ProviderError e) {
      String who =
          Optional.ofNullable(config.providerId())
              .map("the provider \"%s\" takes no"::formatted)
              .orElse("no provider takes a");
      throw new BadInputException("%s URL like %s".formatted(who, Store.withoutSecrets(url)), e);
    }
  }

  private static String withSchema(String url, ProviderConfig config) {
    if (url.contains(FRESH_NAME) || config.options().containsKey(SCHEMA)) {
      return url;
    }
    return inFreshSchema(url);
  }

  /** A URL of a PostgreSQL database, for a schema with a fresh name. */
  static String inFreshSchema(String url) {
    return url + (url.contains("?") ? "&" : "?") + SCHEMA + "=" + FRESH_NAME;
  }

  /** Whether the store is an SQLite file. */
  public boolean isFile() {
    return provider.equals(SQLITE);
  }

  /** Whether the demo has to start a server for it. */
  public boolean needsServer() {
    return template == null && !isFile();
  }
}
