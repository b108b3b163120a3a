// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Limits of activities, on PostgreSQL. */
class LimitsOnPostgresIT extends LimitsContract {

  @TempDir static Path directory;
  private static PostgresSchema postgres;

  @BeforeAll
  static void findServer() {
    postgres = new PostgresSchema(directory);
  }

  @AfterAll
  static void stopServer() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void open() {
    provider = postgres.open();
    second = postgres.openAgain();
  }

  @Override
  void close() throws Exception {
    second.close();
    provider.close();
    postgres.drop();
  }
}
