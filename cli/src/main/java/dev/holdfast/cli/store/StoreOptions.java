// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.store;

import dev.holdfast.cli.io.Refusal;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.SchemaMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which store a command works on. Not thread-safe. */
public final class StoreOptions {

  private static final String VARIABLE = "HOLDFAST_URL";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "the store, such as sqlite:orders.db or postgres://app@db.example/orders?schema=shop;"
              + " HOLDFAST_URL when not given. Without a password: that comes from PGPASSWORD, from"
              + " ~/.pgpass, or in HOLDFAST_URL")
  private @Nullable String url;

  /**
   * Returns what to open.
   *
   * @param environment the environment variables
   * @param mode what opening does about the schema
   * @return the configuration
   * @throws Refusal when there is no URL, it is not well formed, or it brings a password where
   *     others can read it
   */
  ProviderConfig config(Map<String, String> environment, SchemaMode mode) {
    String where = where(environment);
    ProviderConfig.Builder builder;
    try {
      builder = ProviderConfig.url(where).schemaMode(mode);
    } catch (InvalidRequest e) {
      throw Refusal.badInput("the URL is not well formed: " + e.getMessage());
    }
    if (isPostgres(where)) {
      forPostgres(builder, builder.build().options(), where, environment);
    }
    return builder.build();
  }

  /** {@return the URL as it was given, without passwords} */
  String shown(Map<String, String> environment) {
    return Secrets.masked(where(environment));
  }

  private String where(Map<String, String> environment) {
    if (url != null) {
      if (Secrets.has(url)) {
        throw Refusal.badInput(
            "--url has a password, which others can read in the list of processes; give it as"
                + " PGPASSWORD, in ~/.pgpass, or give the whole URL as "
                + VARIABLE);
      }
      return url;
    }
    String given = environment.getOrDefault(VARIABLE, "");
    if (given.isBlank()) {
      throw Refusal.badInput(
          "which store? Give --url, such as --url sqlite:orders.db, or set " + VARIABLE);
    }
    return given;
  }

  private static boolean isPostgres(String url) {
    return url.startsWith("postgres:")
        || url.startsWith("postgresql:")
        || url.startsWith("jdbc:postgresql:");
  }

  /** One command needs few connections, and none that listens for work. */
  private static void forPostgres(
      ProviderConfig.Builder builder,
      Map<String, String> given,
      String where,
      Map<String, String> environment) {
    if (!given.containsKey("poolSize")) {
      builder.option("poolSize", "2");
    }
    if (!given.containsKey("listen")) {
      builder.option("listen", "false");
    }
    String password = environment.getOrDefault("PGPASSWORD", "");
    if (!password.isEmpty() && !Secrets.has(where)) {
      builder.option("password", password);
    }
  }
}
