// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.LesserUser;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StorePlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A database of its own; each store is a schema in it. */
final class PostgresPlace implements StorePlace {

  private final Tenant tenant;
  private @Nullable PostgresGuest guest;

  PostgresPlace(Tenant tenant) {
    this.tenant = tenant;
  }

  @Override
  public ProviderConfig config(String name) {
    return ProviderConfig.url(tenant.location().url()).option("schema", name).build();
  }

  @Override
  public List<String> contents() {
    return TestServer.queryText(
        tenant.location(),
        """
        SELECT n.nspname, c.relname
          FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid
         WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'public')
         ORDER BY 1, 2
        """);
  }

  @Override
  public Optional<CrashTarget> crashTarget(String name) {
    return Optional.of(
        new CrashTarget(
            tenant.location().url(),
            Map.of("schema", name),
            PostgresTestStore.providerClassPath(),
            List.of()));
  }

  @Override
  public Optional<SchemaBox> schemaBox(String name) {
    return Optional.of(new PostgresSchemaBox(tenant.location(), name));
  }

  @Override
  public synchronized Optional<LesserUser> lesserUser() {
    if (guest == null) {
      guest = new PostgresGuest(tenant, Tenant.guestOf(tenant));
    }
    return Optional.of(guest);
  }

  @Override
  public synchronized void close() {
    if (guest != null) {
      guest.role().drop();
    }
    tenant.drop();
  }
}
