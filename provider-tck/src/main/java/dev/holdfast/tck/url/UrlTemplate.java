// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.url;

import dev.holdfast.tck.FixtureProblem;
import java.util.Map;
import java.util.Optional;

/**
 * A URL with places for what differs from store to store: {@code {store}} for a fresh name, and
 * {@code {dir}} for an empty directory that is removed with the store.
 *
 * @param text the URL
 */
record UrlTemplate(String text) {

  private static final String STORE = "{store}";
  private static final String DIRECTORY = "{dir}";

  /** For providers that keep their stores where nobody has to say: in files or in memory. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "sqlite", "sqlite:" + DIRECTORY + "/" + STORE + ".db",
          "reference", "reference:" + STORE);

  UrlTemplate {
    if (!text.contains(STORE) && !text.contains(DIRECTORY)) {
      throw new FixtureProblem(
          "The URL needs "
              + STORE
              + " where the name of a fresh store belongs (or "
              + DIRECTORY
              + " for a fresh directory): every test gets a store of its own.");
    }
  }

  /** What a provider gets when no URL was given. */
  static Optional<UrlTemplate> byDefault(String provider) {
    return Optional.ofNullable(DEFAULTS.get(provider)).map(UrlTemplate::new);
  }

  /** Whether a store of this template is made of files. */
  boolean needsDirectory() {
    return text.contains(DIRECTORY);
  }

  /** Whether another JVM can reach a store of this template: it is made of files, or a server. */
  boolean reachesOtherJvms() {
    return needsDirectory() || text.contains("://");
  }

  String url(String store, String directory) {
    return text.replace(STORE, store).replace(DIRECTORY, directory);
  }
}
