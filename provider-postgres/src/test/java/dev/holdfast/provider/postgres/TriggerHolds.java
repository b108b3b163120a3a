// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.CommitHold;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds transactions at their commit: a call is one statement that commits itself, so that nobody
 * between driver and server could. A deferred trigger runs behind the last statement; whoever comes
 * there first takes the lowest place that is held and waits for an advisory lock of the test, and
 * all pass for whom there is no place. The triggers stay as long as the store. Thread-safe.
 */
final class TriggerHolds implements CommitHold, AutoCloseable {

  private static final List<String> TABLES =
      List.of("message", "run", "step", "inbox_message", "event");

  /**
   * Of each place three advisory locks are known: what the one that stands waits for, that it
   * stands, and that it is to be cut. A session that ends itself is cut as one that loses its
   * connection.
   */
  private static final String STAND =
      """
      CREATE OR REPLACE FUNCTION "%1$s".tck_hold() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        v_place integer;
      BEGIN
        IF current_setting('tck.stood', true) = 'yes' THEN
          RETURN NULL;
        END IF;
        FOR v_place IN
          SELECT l.objid::bigint::integer
            FROM pg_locks l
           WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ExclusiveLock' AND l.objsubid = 2
             AND l.classid::bigint = (hashtext('%1$s')::bigint & 4294967295) AND l.objid::bigint %% 3 = 0
           ORDER BY 1
        LOOP
          IF pg_try_advisory_xact_lock(hashtext('%1$s'), v_place + 1) THEN
            PERFORM set_config('tck.stood', 'yes', true);
            PERFORM pg_advisory_xact_lock_shared(hashtext('%1$s'), v_place);
            IF NOT pg_try_advisory_xact_lock_shared(hashtext('%1$s'), v_place + 2) THEN
              PERFORM pg_terminate_backend(pg_backend_pid());
              PERFORM pg_sleep(60);
            END IF;
            EXIT;
          END IF;
        END LOOP;
        RETURN NULL;
      END $$
      """;

  private static final String TRIGGER =
      """
      CREATE CONSTRAINT TRIGGER tck_hold AFTER INSERT OR UPDATE ON "%1$s".%2$s
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "%1$s".tck_hold()
      """;

  private final Location location;
  private final String schema;
  private @Nullable Connection connection;
  private int places;

  /** The holds of a store; the first one that is taken makes the triggers. */
  TriggerHolds(Location location, String schema) {
    this.location = location;
    this.schema = schema;
  }

  @Override
  public synchronized Held take() {
    places += 3;
    Place place = new Place(places);
    run("SELECT pg_advisory_lock(hashtext('%s'), %d)".formatted(schema, places));
    return place;
  }

  @Override
  public boolean severalAtOnce() {
    return true;
  }

  private boolean run(String sql) {
    try {
      Connection own = connection;
      if (own == null) {
        own = TestServer.connect(location);
        connection = own;
        execute(own, STAND.formatted(schema));
        for (String table : TABLES) {
          execute(own, TRIGGER.formatted(schema, table));
        }
      }
      return execute(own, sql);
    } catch (SQLException e) {
      throw new IllegalStateException("commits in " + schema + " cannot be held", e);
    }
  }

  /** Executes one statement, and says whether it has found a row. */
  private static boolean execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return false;
      }
      try (ResultSet rows = statement.getResultSet()) {
        return rows.next();
      }
    }
  }

  private synchronized boolean isWaitedFor(int place) {
    return run(
        """
        SELECT 1 FROM pg_locks l
         WHERE l.locktype = 'advisory' AND NOT l.granted AND l.objsubid = 2 AND l.objid::bigint = %2$d
           AND l.classid::bigint = (hashtext('%1$s')::bigint & 4294967295)
        """
            .formatted(schema, place));
  }

  private synchronized void letGo(int place, boolean cut) {
    String lock = "SELECT pg_advisory_lock(hashtext('%s'), %d)";
    if (cut) {
      run(lock.formatted(schema, place + 2));
    }
    run(lock.replace("_lock", "_unlock").formatted(schema, place));
  }

  /** Gives back the locks that are left, with their connection. */
  @Override
  public synchronized void close() {
    Connection own = connection;
    connection = null;
    if (own == null) {
      return;
    }
    try (own) {
      execute(own, "SELECT pg_advisory_unlock_all()");
    } catch (SQLException e) {
      throw new IllegalStateException("commits in " + schema + " cannot be let go", e);
    }
  }

  /** Where one transaction stands. */
  private final class Place implements Held {
    private final int number;
    private boolean reached;
    private boolean over;

    Place(int number) {
      this.number = number;
    }

    @Override
    public synchronized boolean isReached() {
      reached = reached || (!over && isWaitedFor(number));
      return reached;
    }

    @Override
    public synchronized void close() {
      if (!over) {
        over = true;
        letGo(number, false);
      }
    }

    @Override
    public synchronized boolean cut() {
      if (over) {
        return false;
      }
      over = true;
      letGo(number, true);
      return true;
    }
  }
}
