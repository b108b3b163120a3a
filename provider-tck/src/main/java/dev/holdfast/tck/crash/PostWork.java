// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.tck.words.Sample;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Consumer;

/** Transactions of a caller with a row and a start each. Used by one thread. */
final class PostWork {

  private final TransactionalEnqueue posting;
  private final Consumer<String> say;
  private final String jdbcUrl;
  private final String table;

  PostWork(Provider provider, Consumer<String> say, String jdbcUrl, String table) {
    posting = provider.capability(TransactionalEnqueue.class).orElseThrow();
    this.say = say;
    this.jdbcUrl = jdbcUrl;
    this.table = table;
  }

  /** Works until the process is killed. */
  void work(String prefix) {
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      connection.setAutoCommit(false);
      for (int n = 0; ; n++) {
        String id = prefix + n;
        if (n % 2 == 0) {
          insert(connection, id);
        }
        posting.enqueue(connection, Sample.start(id, Sample.NAME, Sample.VERSION));
        if (n % 2 == 1) {
          insert(connection, id);
        }
        connection.commit();
        say.accept("posted " + id);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void insert(Connection connection, String id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("INSERT INTO " + table + " (id) VALUES (?)")) {
      statement.setString(1, id);
      statement.executeUpdate();
    }
  }
}
