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

  private static String newName() {
    return "tck_" + UUID.randomUUID().toString().replace("-", "");
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

  /** Throws the role out and does not let it in again, as a server that has stopped. */
  void lockOut() {
    TestServer.get().execute("ALTER ROLE " + name() + " NOLOGIN", end());
  }

  void letIn() {
    TestServer.get().execute("ALTER ROLE " + name() + " LOGIN");
  }

  private String end() {
    return "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '"
        + name()
        + "'";
  }

  void drop() {
    TestServer server = TestServer.get();
    server.execute("ALTER ROLE " + name() + " NOLOGIN", end());
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
