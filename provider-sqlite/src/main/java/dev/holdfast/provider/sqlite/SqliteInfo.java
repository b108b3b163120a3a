// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.Limits;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.sqlite.wait.WorkSignal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.Set;

/** What this provider says about itself. */
final class SqliteInfo {

  static final ProviderInfo INFO =
      new ProviderInfo(
          SqliteProviderFactory.ID,
          version(),
          ProviderInfo.SPEC_VERSION,
          Set.of(),
          Limits.floor().withMaxPayloadBytes(16 * 1024 * 1024),
          // Looking is quick, but the machine may be busy: twice the interval leaves room.
          WorkSignal.LONGEST_LOOK_INTERVAL.multipliedBy(2));

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
