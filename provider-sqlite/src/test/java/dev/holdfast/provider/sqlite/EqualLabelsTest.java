// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.jdbc.admin.Queries;
import dev.holdfast.provider.jdbc.stream.EventLabels;
import dev.holdfast.provider.jdbc.stream.JdbcEventStreams;
import dev.holdfast.provider.jdbc.stream.WaitingLog;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.WorkSignal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names whose labels are equal are told apart (READ-15), here by labels of eight bits. */
class EqualLabelsTest {

  private static final long EIGHT_BITS = 0xFF;
  private static final int NAMES = 60;

  @TempDir Path directory;

  @Test
  void namesWithEqualLabelsAreToldApart() throws SQLException {
    String file = directory.resolve("store.db").toString();
    try (Provider provider = Providers.open(ProviderConfig.url("sqlite:" + file).build())) {
      fill(provider.capability(EventStreams.class).orElseThrow());
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
        shorten(connection);
        EventStreams streams =
            new JdbcEventStreams(
                new Store(connection),
                operation -> List.of(),
                (operation, change, fence) -> {
                  throw new AssertionError();
                },
                new WaitingLog(
                    new WorkSignal(Duration.ofMillis(1), Duration.ofMillis(1)),
                    () -> false,
                    () -> {}),
                new RequestChecks(provider.info()),
                new EventLabels(EIGHT_BITS));
        List<StreamEvent> log = read(streams, LogFilter.all());
        assertThat(log).hasSize(NAMES);
        for (int n = 0; n < NAMES; n++) {
          String name = "name " + n;
          for (LogFilter filter :
              List.of(
                  LogFilter.builder().categories(name).build(),
                  LogFilter.builder().types(name, "name " + (n + 1)).build(),
                  LogFilter.builder().tag(name, name).build(),
                  LogFilter.builder().correlationId(name).eventId(name).build())) {
            assertThat(read(streams, filter))
                .isEqualTo(log.stream().filter(filter::matches).toList());
          }
        }
      }
    }
  }

  private static void fill(EventStreams streams) {
    for (int n = 0; n < NAMES; n++) {
      String name = "name " + n;
      streams.append(
          AppendEvents.of(
              new StreamId(name, "id"),
              Expected.noStream(),
              NewEvent.builder(name, Payload.empty())
                  .eventId(name)
                  .correlationId(name)
                  .tag(name, name)
                  .build()));
    }
  }

  /** As if the store had been written with shorter labels. */
  private static void shorten(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TEMP TABLE short AS SELECT DISTINCT label & 255 AS label, position FROM"
              + " holdfast_event_label");
      statement.execute("DELETE FROM holdfast_event_label");
      statement.execute("INSERT INTO holdfast_event_label SELECT * FROM short");
    }
  }

  private static List<StreamEvent> read(EventStreams streams, LogFilter filter) {
    List<StreamEvent> all = new ArrayList<>();
    LogPosition next = LogPosition.START;
    while (true) {
      LogPage page = streams.readLog(LogRead.after(next, 2).matching(filter));
      all.addAll(page.events());
      if (page.atEnd()) {
        return all;
      }
      assertThat(page.next()).isGreaterThan(next);
      next = page.next();
    }
  }

  private record Store(Connection connection) implements Queries {

    @Override
    public <T> List<T> query(
        String operation, String sql, List<?> parameters, RowReader<T> reader) {
      try (PreparedStatement statement =
          connection.prepareStatement(sql.replace(":schema.", "holdfast_"))) {
        for (int i = 0; i < parameters.size(); i++) {
          statement.setObject(i + 1, parameters.get(i));
        }
        List<T> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            rows.add(reader.read(row));
          }
        }
        return rows;
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public String now() {
      return "0";
    }

    @Override
    public List<Long> nowParameters() {
      return List.of();
    }
  }
}
