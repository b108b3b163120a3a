// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Limits of activities, on SQLite. */
class LimitsOnSqliteTest extends LimitsContract {

  @TempDir Path directory;

  @BeforeEach
  void open() {
    String url = "sqlite:" + directory.resolve("store.db") + "?synchronous=normal";
    provider = Providers.open(ProviderConfig.url(url).build());
    second = Providers.open(ProviderConfig.url(url).build());
  }

  @Override
  void close() {
    second.close();
    provider.close();
  }
}
