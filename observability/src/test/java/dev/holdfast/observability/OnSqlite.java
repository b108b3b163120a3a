// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A SQLite file and a clock for each test. */
abstract class OnSqlite extends OnStore {

  final MovableClock clock = new MovableClock();
  @TempDir Path directory;

  @BeforeEach
  void openStore() {
    Path file = directory.resolve("store.db");
    provider =
        closing(
            Providers.open(
                ProviderConfig.url("sqlite:" + file + "?synchronous=normal").clock(clock).build()));
  }
}
