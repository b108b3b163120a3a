// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.tck.fixture.TimeControl;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The clock of a store on a server. In place of the view that asks the server what time it is comes
 * one that reads a row, at first with the time at which it was put there. So all handles see it,
 * also those of other processes. Thread-safe.
 */
final class ServerClock implements TimeControl {

  private final H2Server.Database database;
  private final String schema;

  ServerClock(H2Server.Database database, String schema) {
    this.database = database;
    this.schema = schema;
  }

  /** To be called when the tables are there; the second time changes nothing. */
  synchronized void install() {
    database.run(
        "SET SCHEMA \"" + schema + "\"",
        "CREATE TABLE IF NOT EXISTS test_clock AS SELECT micros FROM holdfast_clock",
        "CREATE OR REPLACE VIEW holdfast_clock AS SELECT micros FROM test_clock");
  }

  @Override
  public Instant now() {
    try (Connection connection = database.connect()) {
      String row = Sql.query(connection, "SELECT micros FROM " + table()).get(0);
      return StoreTime.fromMicros(Long.parseLong(row.substring("MICROS=".length())));
    } catch (SQLException e) {
      throw new IllegalStateException("the clock cannot be read", e);
    }
  }

  @Override
  public void advance(Duration by) {
    database.run("UPDATE %s SET micros = micros + %d".formatted(table(), by.toNanos() / 1_000));
  }

  private String table() {
    return "\"%s\".test_clock".formatted(schema);
  }

  @Override
  public boolean standsStill() {
    return true;
  }

  @Override
  public Optional<SetBack> setBack() {
    return Optional.of(step -> advance(step.negated()));
  }
}
