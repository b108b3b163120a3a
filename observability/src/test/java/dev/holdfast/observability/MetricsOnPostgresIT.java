// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import org.junit.jupiter.api.BeforeEach;

/** What is counted and read, on PostgreSQL. */
class MetricsOnPostgresIT extends MetricsContract {

  private final TestSchema schema = TestSchema.create("observe");

  @BeforeEach
  void openStore() {
    provider = closing(Providers.open(ProviderConfig.url(schema.url()).build()));
  }

  @Override
  void removeStore() throws Exception {
    schema.close();
  }
}
