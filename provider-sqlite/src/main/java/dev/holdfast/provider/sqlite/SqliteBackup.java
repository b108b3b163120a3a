// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.SqlErrors;
import dev.holdfast.provider.sqlite.store.SqliteFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a SQLite store while workers go on. Copying the file by other means is no backup: most of
 * what was written lately is in the log beside it. Stateless and thread-safe.
 */
public final class SqliteBackup {

  private static final Logger LOG = LoggerFactory.getLogger(SqliteBackup.class);
  private static final String OPERATION = "backup";

  private SqliteBackup() {}

  /**
   * Writes what is committed at one moment into a new file, which is a store of its own: to restore
   * it, replace the original with it while no process has that open, and remove the log files
   * beside the original. The new file has its name only once it is complete and on the disk.
   *
   * @param url the store, as for {@link dev.holdfast.provider.Providers#open(String)}
   * @param target the new file; its directory exists, it does not
   * @throws Misconfigured when there is no store in a file at the URL, or the target is no place
   *     for a new file
   * @throws ProviderError when reading or writing fails; then there is no new file
   */
  public static void backUp(String url, Path target) {
    SqliteOptions options = SqliteOptions.parse(ProviderConfig.url(url).build());
    SqliteFile file =
        new SqliteFile(options.file(), options.synchronous(), options.busyTimeoutMillis());
    if (!file.exists()) {
      throw new Misconfigured(OPERATION, "there is no store in a file at " + url);
    }
    Path place = target.toAbsolutePath().normalize();
    Path directory = place.getParent();
    if (Files.exists(place) || directory == null || !Files.isDirectory(directory)) {
      throw new Misconfigured(
          OPERATION,
          place + " exists, or its directory does not; name a new file in a directory that exists");
    }
    try {
      Path unfinished = Files.createTempFile(directory, place.getFileName() + "-", ".unfinished");
      try {
        copy(file, unfinished);
        toDisk(unfinished, StandardOpenOption.WRITE);
        Files.move(unfinished, place);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      nameToDisk(directory);
    } catch (FileAlreadyExistsException e) {
      throw new Misconfigured(OPERATION, place + " exists; name a new file", e);
    } catch (IOException e) {
      throw new ProviderError.StoreUnavailable(
          OPERATION, "writing %s: %s".formatted(place, e.getMessage()), e);
    }
  }

  private static void copy(SqliteFile file, Path target) {
    try (Session session = file.openReader()) {
      if (session.number("SELECT 1 FROM sqlite_master WHERE name = 'holdfast_schema'") == null) {
        throw new Misconfigured(OPERATION, file.path() + " has no store of Holdfast in it");
      }
      session.execute("PRAGMA query_only = 0"); // which refuses to write the copy, too
      session.update("VACUUM INTO ?", target.toString());
    } catch (SQLException e) {
      throw SqlErrors.isNotADatabase(e)
          ? new Misconfigured(OPERATION, file.path() + " is not a SQLite database", e)
          : SqlErrors.classify(OPERATION, file.path(), e);
    }
  }

  private static void toDisk(Path file, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(file, option)) {
      channel.force(true);
    }
  }

  private static void nameToDisk(Path directory) {
    try {
      toDisk(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      LOG.debug("{}: {}", directory, e.toString()); // directories are no files on every system
    }
  }
}
