// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import org.junit.jupiter.api.BeforeEach;

/** Limits of activities, on PostgreSQL. */
class LimitsOnPostgresIT extends LimitsContract {

  private final TestSchema schema = TestSchema.create("limits");

  @BeforeEach
  void open() {
    provider = Providers.open(ProviderConfig.url(schema.url()).build());
    second = Providers.open(ProviderConfig.url(schema.url()).build());
  }

  @Override
  void close() throws Exception {
    second.close();
    provider.close();
    schema.close();
  }
}
