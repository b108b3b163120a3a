// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

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
final class SqliteInfo {

  /** Shortest interval between polls of a waiting fetch; a poll costs a few microseconds. */
  static final Duration SHORTEST_LOOK = Duration.ofMillis(4);

  static final Duration LONGEST_LOOK = Duration.ofMillis(50);

  static final ProviderInfo INFO =
      new ProviderInfo(
          SqliteProviderFactory.ID,
          version(),
          ProviderInfo.SPEC_VERSION,
          Set.of(Feature.EAGER_DISPATCH),
          Limits.floor().withMaxPayloadBytes(16 * 1024 * 1024),
          // A poll is quick, but the machine may be busy: twice the interval leaves room.
          LONGEST_LOOK.multipliedBy(2));

  private SqliteInfo() {}

  private static String version() {
    try (InputStream in = SqliteInfo.class.getResourceAsStream("version.properties")) {
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
