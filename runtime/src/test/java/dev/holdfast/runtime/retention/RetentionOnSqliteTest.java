// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Retention on SQLite. */
class RetentionOnSqliteTest extends RetentionContract {

  @TempDir Path directory;

  @BeforeEach
  void openStore() {
    provider =
        Providers.open(
            ProviderConfig.url("sqlite:" + directory.resolve("r.db") + "?synchronous=normal")
                .build());
  }

  @Override
  void removeStore() {}
}
