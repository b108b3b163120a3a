// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Turns SQLite's result codes into the contract's errors (ERR-02, ERR-03). */
public final class SqlErrors {

  // Primary result codes; the extended ones carry them in their low byte.
  private static final int PERM = 3;
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int NOMEM = 7;
  private static final int READONLY = 8;
  private static final int INTERRUPT = 9;
  private static final int IOERR = 10;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int CANTOPEN = 14;
  private static final int PROTOCOL = 15;
  private static final int NOTADB = 26;

  private SqlErrors() {}

  /**
   * Returns the error of a call that failed before its commit.
   *
   * @param file the database file, null for a database in memory
   */
  public static ProviderError classify(String operation, @Nullable Path file, SQLException e) {
    String detail = "SQLite: " + e.getMessage() + (file == null ? "" : ": " + file);
    return switch (primaryCode(e)) {
      case BUSY, LOCKED, PROTOCOL -> new StoreContention(operation, detail, e);
      case PERM, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN ->
          new StoreUnavailable(operation, detail, e);
      case CORRUPT, NOTADB -> new CorruptData(operation, null, detail, e);
      default -> new StoreFailure(operation, detail, e);
    };
  }

  /**
   * Returns the error of a failed commit. A busy or full file means that nothing was committed;
   * when writing the commit itself went wrong, it may or may not be found in the log later.
   */
  public static ProviderError classifyCommit(
      String operation, @Nullable Path file, SQLException e) {
    return primaryCode(e) == IOERR
        ? new OutcomeUnknown(operation, "SQLite failed at the commit: " + e.getMessage(), e)
        : classify(operation, file, e);
  }

  /** {@return whether a file turned out not to be a database at all} */
  public static boolean isNotADatabase(SQLException e) {
    return primaryCode(e) == NOTADB;
  }

  /** {@return whether the connection or its transaction only reads} */
  static boolean isReadOnly(SQLException e) {
    return primaryCode(e) == READONLY;
  }

  /** {@return whether other processes were in the way} */
  public static boolean isBusy(SQLException e) {
    return primaryCode(e) == BUSY;
  }

  /** {@return whether other processes were in the way, and nothing else is wrong} */
  static boolean isContention(SQLException e) {
    int code = primaryCode(e);
    return code == BUSY || code == LOCKED || code == PROTOCOL;
  }

  private static int primaryCode(SQLException e) {
    return e.getErrorCode() & 0xff;
  }
}
