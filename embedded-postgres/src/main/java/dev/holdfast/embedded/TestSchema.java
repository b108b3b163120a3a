// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a schema that a test has for itself: on the server that the environment variable
 * {@code HOLDFAST_TEST_PG_URL} names, else on one of embedded binaries, which all tests of this JVM
 * share and which ends with it. The schema is not made here: whoever opens a store makes it.
 * Thread-safe.
 */
public final class TestSchema implements AutoCloseable {

  private static final @Nullable String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");

  private static final Pattern PLACE =
      Pattern.compile("(?:jdbc:)?postgres(?:ql)?://(?:([^:@/]*)(?::([^@/]*))?@)?(.*)");

  private static final class Own {
    private static final EmbeddedServer SERVER = start();

    private static EmbeddedServer start() {
      try {
        return EmbeddedServer.startForTests(Files.createTempDirectory("holdfast-postgres"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final String server;
  private final String name;

  private TestSchema(String server, String name) {
    this.server = server;
    this.name = name;
  }

  /**
   * Whether the tests have a server that stays when they are over.
   *
   * @return false where they share one of their own
   */
  public static boolean onGivenServer() {
    return GIVEN != null && !GIVEN.isBlank();
  }

  /**
   * A name that nobody else has.
   *
   * @param purpose what the name begins with: lower case letters, digits and underscores
   */
  public static TestSchema create(String purpose) {
    String server = GIVEN == null || GIVEN.isBlank() ? Own.SERVER.url("postgres") : GIVEN;
    String suffix = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    return new TestSchema(server, purpose + "_" + suffix);
  }

  /** The name of the schema. */
  public String name() {
    return name;
  }

  /** What a provider opens a store in this schema with. */
  public String url() {
    return server + (server.contains("?") ? "&" : "?") + "schema=" + name;
  }

  /**
   * A connection to the server's database, past any provider, which the caller closes.
   *
   * @throws SQLException if the server does not answer
   */
  public Connection connect() throws SQLException {
    Matcher place = PLACE.matcher(server);
    if (!place.matches()) {
      throw new IllegalStateException("HOLDFAST_TEST_PG_URL is not a URL of PostgreSQL: " + server);
    }
    String jdbcUrl = "jdbc:postgresql://" + place.group(3);
    return place.group(1) == null
        ? DriverManager.getConnection(jdbcUrl)
        : DriverManager.getConnection(jdbcUrl, place.group(1), place.group(2));
  }

  /**
   * Drops the schema with all that is in it, where the server stays.
   *
   * @throws SQLException if the server does not answer
   */
  @Override
  public void close() throws SQLException {
    if (onGivenServer()) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        statement.execute("DROP SCHEMA IF EXISTS \"" + name + "\" CASCADE");
      }
    }
  }
}
