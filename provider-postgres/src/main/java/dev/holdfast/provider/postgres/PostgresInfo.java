// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.ProviderInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;

/** What this provider says about itself. */
final class PostgresInfo {

  /** Shortest interval between polls of a waiting fetch. */
  static final Duration SHORTEST_LOOK = Duration.ofMillis(5);

  /** Longest interval between polls of a waiting fetch. */
  static final Duration LONGEST_LOOK = Duration.ofMillis(250);

  static final ProviderInfo INFO =
      new ProviderInfo(
          PostgresProviderFactory.ID,
          version(),
          ProviderInfo.SPEC_VERSION,
          Set.of(Feature.EAGER_DISPATCH),
          Limits.floor().withMaxPayloadBytes(16 * 1024 * 1024),
          // A poll takes a round trip, and server and network may be busy: twice the interval.
          LONGEST_LOOK.multipliedBy(2));

  private PostgresInfo() {}

  private static String version() {
    try (InputStream in = PostgresInfo.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks version.properties");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
