// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.sqlite.store.SqliteFile.Synchronous;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings that durability hangs on, as SQLite itself reports them. */
class DurabilityTest {

  @TempDir Path directory;

  @Test
  void theWriterLogsAheadAndSyncsEachCommit() throws SQLException {
    assertSettings(Synchronous.FULL, 2);
  }

  @Test
  void normalIsAnOption() throws SQLException {
    assertSettings(Synchronous.NORMAL, 1);
  }

  private void assertSettings(Synchronous synchronous, long level) throws SQLException {
    SqliteFile file = new SqliteFile(directory.resolve("store.db"), synchronous, 1_000);
    try (Session writer = file.openWriter()) {
      String journal = writer.first("PRAGMA journal_mode", row -> row.getString(1));
      assertThat(journal).isEqualTo("wal");
      assertThat(writer.number("PRAGMA synchronous")).isEqualTo(level);
      assertThat(writer.number("PRAGMA busy_timeout")).isEqualTo(1_000);
    }
  }
}
