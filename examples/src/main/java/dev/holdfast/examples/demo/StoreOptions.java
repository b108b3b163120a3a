// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that all demos have: which store, in which form they report, and help. */
public final class StoreOptions {

  @Option(
      names = "--provider",
      paramLabel = "ID",
      description = "Storage provider: sqlite, unless given or meant by the --url, or postgres.")
  private @Nullable String provider;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Database on a server, such as postgres://user:password@host:5432/database.")
  private @Nullable String url;

  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  /** {@return which store is meant} */
  public StoreChoice store() {
    return StoreChoice.of(provider, url);
  }

  /** {@return whether the report is for programs} */
  public boolean json() {
    return json;
  }
}
