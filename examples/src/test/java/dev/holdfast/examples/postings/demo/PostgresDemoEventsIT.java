// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.demo.PostgresRun;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The demo of events on a database. */
class PostgresDemoEventsIT extends DemoEventsContract {

  @Test
  void theAuditHoldsOnPostgres() throws SQLException {
    JsonNode report = PostgresRun.of(DemoEventsContract::run);
    assertThat(report.get("provider").stringValue()).isEqualTo("postgres");
  }
}
