// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SchedulesOnSqliteTest extends SchedulesContract {

  @TempDir Path directory;

  @BeforeEach
  void open() {
    url = "sqlite:" + directory.resolve("store.db") + "?synchronous=normal";
    provider = Providers.open(ProviderConfig.url(url).build());
  }

  @Override
  void close() {
    provider.close();
  }
}
