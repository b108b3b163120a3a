// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import org.junit.jupiter.api.BeforeEach;

/** Retention on PostgreSQL. */
class RetentionOnPostgresIT extends RetentionContract {

  private final TestSchema schema = TestSchema.create("retention");

  @BeforeEach
  void open() {
    provider = Providers.open(ProviderConfig.url(schema.url()).build());
  }

  @Override
  void removeStore() throws Exception {
    schema.close();
  }
}
