// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.demo.PostgresRun;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The demo of graphs on a database. */
class PostgresDemoGraphIT extends DemoGraphContract {

  @Test
  void theAuditHoldsOnPostgres() throws SQLException {
    assertThat(PostgresRun.of(DemoGraphContract::run).get("provider").stringValue())
        .isEqualTo("postgres");
  }
}
