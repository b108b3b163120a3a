// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.embedded.EmbeddedServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The one server of a test run: the one that HOLDFAST_TEST_PG_URL names, else a container where
 * Docker answers, else embedded binaries. The log says which.
 */
public final class TestServer {

  private static final Logger LOG = LoggerFactory.getLogger(TestServer.class);
  private static final String VARIABLE = "HOLDFAST_TEST_PG_URL";
  private static final String TENANTS = "holdfast_test_tenants";
  private static final String IMAGE = "postgres:18";

  private final Location admin;
  private final HikariDataSource connections;

  private final boolean staysAfterThisJvm;

  private TestServer(Location admin, boolean staysAfterThisJvm) {
    this.admin = admin;
    this.staysAfterThisJvm = staysAfterThisJvm;
    this.connections = pool(admin);
    execute(
        """
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN
            CREATE ROLE %1$s;
          END IF;
          GRANT CREATE ON DATABASE "%2$s" TO %1$s;
        END $$
        """
            .formatted(TENANTS, admin.database()));
  }

  /** Rules make and remove stores all the time; connecting anew would be most of it. */
  private static HikariDataSource pool(Location where) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("test-server");
    config.setJdbcUrl(where.jdbcUrl());
    config.setUsername(where.user());
    config.setPassword(where.password());
    config.setMinimumIdle(0);
    config.setMaximumPoolSize(16);
    return new HikariDataSource(config);
  }

  /** The role whose members may make schemas in the server's first database. */
  public String tenants() {
    return TENANTS;
  }

  /** Whether it is there for others, so that what is made in it has to be removed. */
  public boolean staysAfterThisJvm() {
    return staysAfterThisJvm;
  }

  private static final class Holder {
    private static final TestServer SERVER = choose();
  }

  /** The server, started when first asked for; it ends with this JVM. */
  public static TestServer get() {
    return Holder.SERVER;
  }

  private static TestServer choose() {
    String given = System.getenv(VARIABLE);
    if (given != null && !given.isBlank()) {
      TestServer server = new TestServer(Location.parse(given), true);
      LOG.info("PostgreSQL for tests: {} from {}", server.version(), VARIABLE);
      return server;
    }
    if (dockerAnswers()) {
      PostgreSQLContainer container = new PostgreSQLContainer(IMAGE);
      container.start();
      TestServer server =
          new TestServer(
              new Location(
                  container.getHost() + ":" + container.getFirstMappedPort(),
                  container.getDatabaseName(),
                  container.getUsername(),
                  container.getPassword()),
              false);
      LOG.info("PostgreSQL for tests: {} in a container", server.version());
      return server;
    }
    EmbeddedServer embedded = EmbeddedServer.startForTests(Path.of("target", "postgres"));
    Runtime.getRuntime().addShutdownHook(new Thread(embedded::close));
    TestServer server = new TestServer(Location.parse(embedded.url("postgres")), false);
    LOG.info("PostgreSQL for tests: {}, embedded binaries", server.version());
    return server;
  }

  private static boolean dockerAnswers() {
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } catch (RuntimeException | LinkageError e) {
      return false;
    }
  }

  /** Where the server is, with the rights of its owner. */
  public Location admin() {
    return admin;
  }

  private String version() {
    return queryText("SELECT 'PostgreSQL ' || current_setting('server_version')").get(0);
  }

  /** Executes statements as the owner. */
  public void execute(String... statements) {
    execute(connections::getConnection, statements);
  }

  /** Executes statements somewhere. */
  public static void execute(Location where, String... statements) {
    execute(() -> connect(where), statements);
  }

  /** Where a connection comes from. */
  private interface Source {
    Connection connect() throws SQLException;
  }

  private static void execute(Source source, String... statements) {
    try (Connection connection = source.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "PostgreSQL does not do: " + String.join("; ", statements), e);
    }
  }

  /** The first column of a query, as the owner. */
  public List<String> queryText(String sql) {
    return queryText(connections::getConnection, sql);
  }

  /** All columns of a query, joined by a bar. */
  public static List<String> queryText(Location where, String sql) {
    return queryText(() -> connect(where), sql);
  }

  private static List<String> queryText(Source source, String sql) {
    try (Connection connection = source.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(String.valueOf(rows.getString(column)));
        }
        found.add(String.join(" | ", row));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL does not answer: " + sql, e);
    }
  }

  /** A connection of the tests' own. */
  public static Connection connect(Location where) throws SQLException {
    TestServer server = Holder.SERVER;
    return where.equals(server.admin) ? server.connections.getConnection() : connectAnew(where);
  }

  private static Connection connectAnew(Location where) throws SQLException {
    return DriverManager.getConnection(where.jdbcUrl(), where.user(), where.password());
  }
}
