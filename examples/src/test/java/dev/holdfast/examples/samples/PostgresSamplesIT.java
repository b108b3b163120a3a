// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.embedded.TestSchema;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;

/** The samples on PostgreSQL; they share a schema. */
class PostgresSamplesIT extends SamplesContract {

  private static final TestSchema SCHEMA = TestSchema.create("samples");

  @AfterAll
  static void leave() throws SQLException {
    SCHEMA.close();
  }

  @Override
  String url() {
    return SCHEMA.url();
  }
}
