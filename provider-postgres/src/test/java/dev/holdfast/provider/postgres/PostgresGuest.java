// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.LesserUser;
import java.util.List;

/**
 * A role that may enter a database and nothing else.
 *
 * @param host the role that makes stores there
 * @param role the guest
 */
record PostgresGuest(Tenant host, Tenant role) implements LesserUser {

  @Override
  public ProviderConfig config(String name) {
    return ProviderConfig.url(role.location().url()).option("schema", name).build();
  }

  @Override
  public List<String> wordsForMaking() {
    return List.of(
        "right CREATE",
        "GRANT CREATE ON DATABASE \"%s\" TO \"%s\""
            .formatted(role.location().database(), role.name()));
  }

  @Override
  public List<String> wordsForUsing(String name) {
    String schema = '"' + name + '"';
    String user = '"' + role.name() + '"';
    return List.of(
        "GRANT USAGE ON SCHEMA %s TO %s".formatted(schema, user),
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %s TO %s"
            .formatted(schema, user),
        "GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA %s TO %s".formatted(schema, user));
  }

  /** The error says what to do. */
  @Override
  public void grantData(String name) {
    TestServer.execute(host.location(), wordsForUsing(name).toArray(String[]::new));
  }
}
