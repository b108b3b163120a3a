// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What is counted and read, on SQLite. */
class MetricsOnSqliteTest extends MetricsContract {

  @TempDir Path directory;

  @BeforeEach
  void openStore() {
    provider =
        closing(
            Providers.open(
                ProviderConfig.url("sqlite:" + directory.resolve("m.db") + "?synchronous=normal")
                    .build()));
  }
}
