// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.tck.fixture.Fault;
import java.sql.SQLException;
import org.h2.api.ErrorCode;
import org.h2.message.DbException;

/** What H2 itself throws; a full disk is one of its input and output errors. Stateless. */
final class H2Errors {

  private H2Errors() {}

  static SQLException of(Fault.Kind kind) {
    return switch (kind) {
      case CONNECTION_LOST -> h2(ErrorCode.CONNECTION_BROKEN_1);
      case CONTENTION -> h2(ErrorCode.DEADLOCK_1);
      case STORE_FULL -> h2(ErrorCode.IO_EXCEPTION_1);
      case UNKNOWN_CODE -> new SQLException("injected: a code that nobody knows", "HF999", 99_999);
    };
  }

  private static SQLException h2(int code) {
    return DbException.getJdbcSQLException(code, "injected");
  }
}
