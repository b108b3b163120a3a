// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import org.junit.jupiter.api.BeforeEach;

/** Schedules on PostgreSQL. */
class SchedulesOnPostgresIT extends SchedulesContract {

  private final TestSchema schema = TestSchema.create("schedules");

  @BeforeEach
  void open() {
    url = schema.url();
    provider = Providers.open(ProviderConfig.url(url).build());
  }

  @Override
  void close() throws Exception {
    provider.close();
    schema.close();
  }
}
