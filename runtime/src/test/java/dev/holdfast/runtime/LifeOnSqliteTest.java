// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What is done to instances from outside, on SQLite. */
class LifeOnSqliteTest extends LifeContract {

  @TempDir Path directory;

  @BeforeEach
  @Override
  void openClient() {
    String url = "sqlite:" + directory.resolve("store.db") + "?synchronous=normal";
    provider = Providers.open(ProviderConfig.url(url).build());
    super.openClient();
  }

  @AfterEach
  void closeStore() {
    closeWorkers();
    provider.close();
  }
}
