// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.provider.ProviderConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.tools.Server;

/** A server of this JVM, with a database for each test. Thread-safe. */
final class H2Server {

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Server server;
  private final Directory directory;
  private final Set<String> dropped = ConcurrentHashMap.newKeySet();

  private H2Server(Directory directory) {
    this.directory = directory;
    try {
      this.server =
          Server.createTcpServer(
                  "-tcpPort", "0", "-ifNotExists", "-baseDir", directory.path().toString())
              .start();
    } catch (SQLException e) {
      throw new IllegalStateException("the server cannot be started", e);
    }
  }

  private static final class Running {
    static final H2Server SERVER = new H2Server(Directory.fresh("server"));
  }

  static H2Server running() {
    return Running.SERVER;
  }

  /** A database that an operator has set up, and a port of its own to reach it. */
  Database freshDatabase() {
    Database database = new Database("db" + COUNT.incrementAndGet(), new Relay(server.getPort()));
    // Durable at the commit; stays open when nobody is connected.
    database.run("SET WRITE_DELAY 0", "SET DB_CLOSE_DELAY -1", "SET MAX_LENGTH_INPLACE_LOB 8192");
    return database;
  }

  /**
   * One database.
   *
   * @param relay how the handles of tests reach it; tests themselves go past it
   */
  final class Database {
    private final String name;
    private final Relay relay;

    Database(String name, Relay relay) {
      this.name = name;
      this.relay = relay;
    }

    Relay relay() {
      return relay;
    }

    /** How an application opens a store in it. */
    ProviderConfig.Builder config(String schema) {
      return ProviderConfig.url("h2:tcp://localhost:%d/%s".formatted(relay.port(), name))
          .option("schema", schema);
    }

    /** The same store, past the relay. */
    ProviderConfig direct(String schema) {
      return ProviderConfig.url("h2:tcp://localhost:%d/%s".formatted(server.getPort(), name))
          .option("schema", schema)
          .build();
    }

    Connection connect() throws SQLException {
      return DriverManager.getConnection(
          "jdbc:h2:tcp://localhost:%d/%s".formatted(server.getPort(), name), "sa", "");
    }

    /** Runs statements as the administrator. */
    void run(String... statements) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      } catch (SQLException e) {
        throw new IllegalStateException("the server refuses " + String.join("; ", statements), e);
      }
    }

    /** Removes it with everything in it. */
    void drop() {
      relay.close();
      run("SHUTDOWN IMMEDIATELY");
      dropped.add(name);
      for (String file : files(name)) {
        try {
          Files.delete(directory.path().resolve(file));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** Files of databases that were dropped. */
  List<String> leftOvers() {
    return dropped.stream().flatMap(name -> files(name).stream()).sorted().toList();
  }

  private List<String> files(String name) {
    return directory.contents().stream().filter(file -> file.startsWith(name + ".")).toList();
  }
}
