// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.tck.fixture.Fault;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite itself throws; a disk that went away is the nearest to a lost connection. */
final class InjectedErrors {

  private InjectedErrors() {}

  static SQLException of(Fault.Kind kind) {
    return switch (kind) {
      case CONNECTION_LOST -> sqlite(SQLiteErrorCode.SQLITE_IOERR);
      case CONTENTION -> sqlite(SQLiteErrorCode.SQLITE_BUSY);
      case STORE_FULL -> sqlite(SQLiteErrorCode.SQLITE_FULL);
      case UNKNOWN_CODE -> new SQLException("injected: a code that nobody knows", null, 250);
    };
  }

  private static SQLException sqlite(SQLiteErrorCode code) {
    return new SQLiteException("injected: " + code, code);
  }
}
