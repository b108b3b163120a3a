// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.LesserUser;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StorePlace;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** A database of its own on the server, in which each store is a schema. */
final class ServerPlace implements StorePlace {

  private final H2Server.Database database = H2Server.running().freshDatabase();
  private final Guest guest = new Guest(database);

  @Override
  public ProviderConfig config(String name) {
    return database.config(name).build();
  }

  @Override
  public List<String> contents() {
    try (Connection connection = database.connect()) {
      return Sql.query(
          connection,
          """
          SELECT s.schema_name, t.table_name
            FROM information_schema.schemata s
                 LEFT JOIN information_schema.tables t ON t.table_schema = s.schema_name
           WHERE s.schema_name NOT IN ('INFORMATION_SCHEMA', 'PUBLIC') OR
                 t.table_schema = 'PUBLIC'
           ORDER BY 1, 2
          """);
    } catch (SQLException e) {
      throw new IllegalStateException("the place cannot be looked into", e);
    }
  }

  @Override
  public Optional<CrashTarget> crashTarget(String name) {
    return Optional.of(ServerTestStore.crashTarget(config(name)));
  }

  @Override
  public Optional<SchemaBox> schemaBox(String name) {
    return Optional.of(new H2SchemaBox(database.direct(name)));
  }

  @Override
  public Optional<LesserUser> lesserUser() {
    return Optional.of(guest);
  }

  @Override
  public void close() {
    database.drop();
  }

  /** Somebody who may connect, and nothing else. */
  private record Guest(H2Server.Database database) implements LesserUser {

    private static final String DATA = "SELECT, INSERT, UPDATE, DELETE ON SCHEMA \"%s\"";

    Guest {
      database.run("CREATE USER guest PASSWORD 'secret'");
    }

    @Override
    public ProviderConfig config(String name) {
      return database.config(name).option("user", "guest").option("password", "secret").build();
    }

    @Override
    public List<String> wordsForMaking() {
      return List.of("GRANT ALTER ANY SCHEMA TO guest");
    }

    @Override
    public List<String> wordsForUsing(String name) {
      return List.of("GRANT " + DATA.formatted(name) + " TO guest");
    }

    @Override
    public void grantData(String name) {
      database.run("GRANT " + DATA.formatted(name) + " TO guest");
    }
  }
}
