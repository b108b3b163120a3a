// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.words.LiveWork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Stores with {@link LiveWork} in them, which older versions of this provider have written. */
final class OldStore {

  /** Of schema version 2. */
  static final String OF_VERSION_2 = "old/store-v2.db";

  private static final Duration AGE = Duration.ofDays(730);

  private OldStore() {}

  /** Copies one of them to where it can be used up. */
  static void copyTo(String store, Path file) throws IOException {
    try (InputStream in = OldStore.class.getResourceAsStream(store)) {
      Files.copy(in, file);
    }
  }

  /** Writes one as this version does, some time ago, into the file that is named. */
  public static void main(String... arguments) throws SQLException {
    Path file = Path.of(arguments[0]).toAbsolutePath();
    InstantSource past = () -> Instant.now().minus(AGE);
    ProviderConfig config = ProviderConfig.url("sqlite:" + file).clock(past).build();
    try (Provider provider = Providers.open(config)) {
      LiveWork.write(provider);
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode = DELETE");
      statement.execute("VACUUM");
    }
  }
}
