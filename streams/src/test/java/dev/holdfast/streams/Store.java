// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A fresh store, and the handles that are open on it. */
public final class Store implements AutoCloseable {

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final boolean sqlite;
  private final String url;
  private final Provider provider;

  private Store(boolean sqlite, String url) {
    this.sqlite = sqlite;
    this.url = url;
    provider = openHandle();
  }

  static Store sqlite() {
    try {
      Path directory = Files.createTempDirectory("streams-sqlite");
      Store store =
          new Store(true, "sqlite:" + directory.resolve("store.db") + "?synchronous=normal");
      store.open.addLast(() -> delete(directory));
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Store postgres() {
    TestSchema schema = TestSchema.create("streams");
    Store store = new Store(false, schema.url());
    store.open.addLast(schema);
    return store;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The first handle. */
  public Provider provider() {
    return provider;
  }

  /** What another process would open. */
  public String url() {
    return url;
  }

  public boolean isSqlite() {
    return sqlite;
  }

  /** Opens another handle, which is closed with the store. */
  public Provider openHandle() {
    return closing(Providers.open(ProviderConfig.url(url).build()));
  }

  /** Has a resource closed with the store, before it. */
  public <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  /** What the store calls one of its tables, such as {@code stream_event}, for {@link #execute}. */
  public String table(String name) {
    return sqlite
        ? "holdfast_" + name
        : "\"" + url.substring(url.indexOf("schema=") + "schema=".length()) + "\"." + name;
  }

  /** Runs SQL past the provider; returns how many rows it changed. */
  public int execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      return statement.execute(sql) ? 0 : statement.getUpdateCount();
    }
  }

  /** Opens a connection of a caller, past the provider, which is to be closed. */
  public Connection connect() throws SQLException {
    return connect(url);
  }

  /** As {@link #connect()}, for who has the {@link #url} alone. */
  public static Connection connect(String url) throws SQLException {
    boolean sqlite = url.startsWith("sqlite:");
    Connection connection = DriverManager.getConnection(jdbcUrl(sqlite, url));
    if (sqlite) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA busy_timeout = 30000");
      }
    }
    return connection;
  }

  /** What JDBC calls the database of the store, which has its schema. */
  private static String jdbcUrl(boolean sqlite, String url) {
    String place = url.substring(0, url.indexOf(sqlite ? "?" : "schema="));
    return place
        .replaceFirst("^(?=sqlite:)", "jdbc:")
        .replaceFirst("^postgres://(\\w+)@([^?]*)\\?", "jdbc:postgresql://$2?user=$1&");
  }

  @Override
  public void close() throws Exception {
    @Nullable Exception first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
