// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.Providers;
import java.util.Objects;

/**
 * The orchestration store of a run.
 *
 * @param provider the id of its provider
 * @param url under which the provider opens it; may have credentials in it
 * @param shown the same for people, without credentials
 */
public record Store(String provider, String url, String shown) {

  /** The environment's variable for the URL of the store. */
  private static final String URL_VARIABLE = "HOLDFAST_DEMO_STORE";

  /**
   * The store that whoever started this process has told it.
   *
   * @throws IllegalStateException when nobody has
   */
  public static Store ofEnvironment(String provider) {
    String url = System.getenv(URL_VARIABLE);
    if (url == null) {
      throw new IllegalStateException(URL_VARIABLE + " is not set");
    }
    return new Store(provider, url, withoutSecrets(url));
  }

  /** Tells a process its URL, and not among the arguments, which everybody here can read. */
  public ProcessBuilder told(ProcessBuilder process) {
    process.environment().put(URL_VARIABLE, url);
    return process;
  }

  /** For opening it. */
  public ProviderConfig config() {
    return ProviderConfig.url(url).provider(provider).build();
  }

  /**
   * Opens it.
   *
   * @throws BadInputException when it cannot be worked with
   */
  public Provider open() {
    try {
      return Providers.open(config());
    } catch (ProviderError e) {
      throw new BadInputException(
          "the database %s cannot be opened: %s"
              .formatted(shown, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  /** A URL as it may be shown: without user, password and options, all but the schema. */
  public static String withoutSecrets(String url) {
    ProviderConfig config = ProviderConfig.url(url).build();
    String schema = config.options().get("schema");
    return Objects.requireNonNullElse(config.location(), "").replaceFirst("//.*@", "//")
        + (schema == null ? "" : "?schema=" + schema);
  }

  /** Without the URL, which may have a password in it. */
  @Override
  public String toString() {
    return provider + " " + shown;
  }
}
