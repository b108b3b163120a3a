// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.postgres.schema.SchemaName;
import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.tck.fixture.TimeControl;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The database's clock, for one schema: in place of the function that reads it stands one that
 * reads a row, at first with the time at which it was put there.
 */
final class ServerClock implements TimeControl {

  private final Location location;
  private final String schema;
  private final Supplier<Provider> store;
  private boolean installed;

  /** The clock of a store; opening the store installs it, unless it has one. */
  ServerClock(Location location, String schema, Supplier<Provider> store) {
    this.location = location;
    this.schema = schema;
    this.store = store;
  }

  /** Sets one that another test has used to the time of now. */
  synchronized void reset() {
    TestServer.execute(
        location,
        """
        UPDATE "%s".tck_clock
           SET micros = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
        """
            .formatted(schema));
    installed = true;
  }

  synchronized void install() {
    if (installed) {
      return;
    }
    TestServer.execute(
        location,
        """
        CREATE TABLE IF NOT EXISTS "%1$s".tck_clock AS
        SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros
        """
            .formatted(schema),
        "GRANT SELECT ON \"%s\".tck_clock TO public".formatted(schema),
        new SchemaName(schema)
            .inSql(
                """
                CREATE OR REPLACE FUNCTION :fn.now_micros() RETURNS bigint
                  LANGUAGE sql VOLATILE AS $$ SELECT micros FROM :schema.tck_clock $$
                """));
    installed = true;
  }

  @Override
  public synchronized Instant now() {
    if (!installed) {
      store.get().close();
    }
    return StoreTime.fromMicros(
        Long.parseLong(
            TestServer.queryText(location, "SELECT micros FROM \"%s\".tck_clock".formatted(schema))
                .get(0)));
  }

  @Override
  public void advance(Duration by) {
    move(by);
  }

  private synchronized void move(Duration by) {
    if (!installed) {
      store.get().close();
    }
    TestServer.execute(
        location,
        "UPDATE \"%s\".tck_clock SET micros = micros + %d".formatted(schema, by.toNanos() / 1_000));
  }

  @Override
  public boolean standsStill() {
    return true;
  }

  @Override
  public Optional<SetBack> setBack() {
    return Optional.of(step -> move(step.negated()));
  }
}
