// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.demo.PostgresRun;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The demo of tickets on a database. */
class PostgresDemoTicketsIT extends DemoTicketsContract {

  @Test
  void theAuditHoldsOnPostgres() throws SQLException {
    assertThat(PostgresRun.of(DemoTicketsContract::run).get("provider").stringValue())
        .isEqualTo("postgres");
  }
}
