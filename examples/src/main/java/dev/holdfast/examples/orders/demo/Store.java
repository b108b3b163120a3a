// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.provider.ProviderConfig;
import java.util.Objects;

/**
 * The orchestration store of a run.
 *
 * @param provider the id of its provider
 * @param url under which the provider opens it; may have credentials in it
 * @param shown the same for people, without credentials
 */
record Store(String provider, String url, String shown) {

  /** For opening it. */
  ProviderConfig config() {
    return ProviderConfig.url(url).provider(provider).build();
  }

  /** A URL as it may be shown: without user, password and options, all but the schema. */
  static String withoutSecrets(String url) {
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
