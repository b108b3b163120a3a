// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** What is done to instances from outside, on PostgreSQL; the tests share a schema. */
class LifeOnPostgresIT extends LifeContract {

  private static final TestSchema SCHEMA = TestSchema.create("life");

  private static Provider shared;

  @BeforeAll
  static void openStore() {
    shared = Providers.open(ProviderConfig.url(SCHEMA.url()).build());
  }

  @AfterAll
  static void closeStore() throws Exception {
    shared.close();
    SCHEMA.close();
  }

  @BeforeEach
  @Override
  void openClient() {
    provider = shared;
    super.openClient();
  }
}
