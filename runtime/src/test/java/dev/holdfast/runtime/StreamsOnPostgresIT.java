// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import org.junit.jupiter.api.BeforeEach;

/** Streams of orchestrations, on PostgreSQL. */
class StreamsOnPostgresIT extends StreamsContract {

  private final TestSchema schema = TestSchema.create("streams_rt");

  @BeforeEach
  void open() {
    provider = Providers.open(ProviderConfig.url(schema.url()).build());
  }

  @Override
  void close() throws Exception {
    provider.close();
    schema.close();
  }
}
