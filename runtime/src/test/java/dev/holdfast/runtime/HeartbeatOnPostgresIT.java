// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Heartbeats of activities, on PostgreSQL. */
class HeartbeatOnPostgresIT extends HeartbeatContract {

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
  }

  @Override
  void close() throws Exception {
    provider.close();
    postgres.drop();
  }
}
