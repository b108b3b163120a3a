// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids that are UUIDs of version 7 were hashed in stores of schema 13 and before. */
class HashedIdsTest {

  private static final StreamId STREAM = new StreamId("category", "id");
  private static final String ID = "01935e2c-7d4a-7abc-8def-0123456789ab";

  @TempDir Path directory;

  @Test
  void whatWasStoredWithAHashIsFoundAndGoesWithItsLabels() throws SQLException {
    String file = directory.resolve("store.db").toString();
    try (Provider provider = Providers.open(ProviderConfig.url("sqlite:" + file).build());
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
      append(streams);
      hash(connection);
      append(streams);

      assertThat(found(streams, LogFilter.builder().eventId(ID).build())).isEqualTo(2);
      assertThat(found(streams, LogFilter.builder().correlationId(ID).build())).isEqualTo(2);
      assertThat(found(streams, LogFilter.builder().causationId(ID).build())).isEqualTo(2);

      provider
          .capability(Snapshots.class)
          .orElseThrow()
          .put(new Snapshot(STREAM, 2, "state", Payload.empty()));
      provider.capability(StreamArchive.class).orElseThrow().archive(STREAM, 2, "state", 9);
      assertThat(labels(connection)).isZero();
    }
  }

  private static void append(EventStreams streams) {
    streams.append(
        AppendEvents.of(
            STREAM,
            Expected.any(),
            NewEvent.builder("type", Payload.empty())
                .eventId(ID)
                .correlationId(ID)
                .causationId(ID)
                .build()));
  }

  private static int found(EventStreams streams, LogFilter filter) {
    return streams.readLog(LogRead.after(LogPosition.START, 9).matching(filter)).events().size();
  }

  private static void hash(Connection connection) throws SQLException {
    long time = Long.parseUnsignedLong(ID.replace("-", "").substring(0, 16), 16);
    String kinds = "era";
    for (int kind = 0; kind < kinds.length(); kind++) {
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE holdfast_event_label SET label = ? WHERE label = ?")) {
        update.setLong(1, hash(kinds.charAt(kind) + ID));
        update.setLong(2, time + kind);
        assertThat(update.executeUpdate()).isEqualTo(1);
      }
    }
  }

  private static long hash(String name) {
    try {
      return ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)))
          .getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static long labels(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM holdfast_event_label")) {
      row.next();
      return row.getLong(1);
    }
  }
}
