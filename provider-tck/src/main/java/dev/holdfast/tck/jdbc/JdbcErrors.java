// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.jdbc;

import dev.holdfast.tck.fixture.Fault;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;

/** How the exceptions of a driver look. Thread-safe. */
@FunctionalInterface
public interface JdbcErrors {

  /**
   * A new exception, such as the driver throws it.
   *
   * @param kind what happened
   * @return the exception
   */
  SQLException of(Fault.Kind kind);

  /**
   * Exceptions with the states of the SQL standard and, where it has none, of PostgreSQL.
   *
   * @return the exceptions
   */
  static JdbcErrors standard() {
    return kind ->
        switch (kind) {
          case CONNECTION_LOST ->
              new SQLNonTransientConnectionException("injected: the connection is lost", "08006");
          case CONTENTION -> new SQLTransactionRollbackException("injected: a deadlock", "40P01");
          case STORE_FULL -> new SQLException("injected: the disk is full", "53100");
          case UNKNOWN_CODE -> new SQLException("injected: a code that nobody knows", "HF999");
        };
  }
}
