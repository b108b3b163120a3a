// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import dev.holdfast.embedded.TestSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The metrics on PostgreSQL (ES-27). */
@Timeout(180)
class PostgresMetricsIT extends MetricsContract {

  @Test
  void theRowsAreTheComputedTableOnPostgres() throws Exception {
    try (TestSchema schema = TestSchema.create("metrics")) {
      theRowsAreTheComputedTable(schema.url());
    }
  }
}
