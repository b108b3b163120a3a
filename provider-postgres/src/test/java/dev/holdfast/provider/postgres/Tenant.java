// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import java.util.UUID;

/**
 * A role of its own, which may make schemas in one database. What it may and whether it is let in
 * can be changed without disturbing anybody else.
 *
 * @param location the database, entered as this role
 * @param ownDatabase whether the database is there for this role alone
 */
record Tenant(Location location, boolean ownDatabase) {

  /** How the names of all roles and databases begin that this JVM makes; others have theirs. */
  static final String OF_THIS_JVM = "tck_%d_".formatted(ProcessHandle.current().pid());

  /**
   * Sees each end within milliseconds, where {@code pg_terminate_backend} with a time would sleep
   * for a tenth of a second.
   */
  private static final String THROW_OUT =
      """
      DO $$
      DECLARE
        began timestamptz := clock_timestamp();
      BEGIN
        LOOP
          PERFORM pg_stat_clear_snapshot();
          PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%1$s';
          EXIT WHEN NOT FOUND;
          IF clock_timestamp() > began + interval '30 seconds' THEN
            RAISE EXCEPTION 'connections of %% do not end', '%1$s';
          END IF;
          PERFORM pg_sleep(0.002);
        END LOOP;
      END $$
      """;

  static Tenant inSharedDatabase() {
    Tenant tenant = new Tenant(as(newName(), TestServer.get().admin()), false);
    tenant.create();
    return tenant;
  }

  static Tenant inOwnDatabase() {
    String name = newName();
    TestServer server = TestServer.get();
    server.execute("CREATE DATABASE " + name + " ENCODING 'UTF8' TEMPLATE template0");
    Tenant tenant = new Tenant(as(name, server.admin().withDatabase(name)), true);
    tenant.create();
    return tenant;
  }

  /** A role that may enter the database of another and nothing else. */
  static Tenant guestOf(Tenant host) {
    Tenant guest = new Tenant(as(newName(), host.location()), false);
    guest.createRole();
    return guest;
  }

  static String newName() {
    return OF_THIS_JVM + UUID.randomUUID().toString().replace("-", "");
  }

  private static Location as(String name, Location where) {
    return where.withUser(name, "secret-of-" + name);
  }

  private void create() {
    createRole();
    TestServer server = TestServer.get();
    if (ownDatabase) {
      server.execute("GRANT CREATE ON DATABASE %s TO %s".formatted(location.database(), name()));
    } else {
      // Rights on the shared database itself cannot be granted by several at once.
      server.execute("GRANT %s TO %s".formatted(server.tenants(), name()));
    }
  }

  private void createRole() {
    TestServer.get()
        .execute("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(name(), location.password()));
  }

  String name() {
    return location.user();
  }

  /** The same database with the rights of its owner. */
  Location admin() {
    return TestServer.get().admin().withDatabase(location.database());
  }

  /** The same role under another name; whoever knows the old one cannot enter any more. */
  Tenant renamed(String name) {
    TestServer.get().execute("ALTER ROLE %s RENAME TO %s".formatted(name(), name));
    return new Tenant(location.withUser(name, location.password()), ownDatabase);
  }

  /** Ends all connections of the role. */
  void throwOut() {
    TestServer.get().execute(THROW_OUT.formatted(name()));
  }

  /** Throws the role out and does not let it in again, as a server that has stopped. */
  void lockOut() {
    TestServer.get().execute("ALTER ROLE " + name() + " NOLOGIN");
    throwOut();
  }

  void letIn() {
    TestServer.get().execute("ALTER ROLE " + name() + " LOGIN");
  }

  void drop() {
    TestServer server = TestServer.get();
    lockOut();
    if (ownDatabase) {
      server.execute("DROP DATABASE " + location.database());
    } else {
      TestServer.execute(
          admin(),
          "DROP SCHEMA IF EXISTS %s CASCADE".formatted(name()),
          "DROP OWNED BY %s CASCADE".formatted(name()));
    }
    server.execute("DROP ROLE " + name());
  }
}
