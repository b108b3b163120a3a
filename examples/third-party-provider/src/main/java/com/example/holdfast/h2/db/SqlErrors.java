// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.jdbc.row.SqlStates.Meaning;
import java.sql.SQLException;
import java.util.stream.IntStream;
import org.h2.api.ErrorCode;

/** Says what an error of H2 means to the caller. What is not listed is permanent. Stateless. */
final class SqlErrors {

  /** What the standard does not say; most codes of H2 are SQL states of their own. */
  private static final SqlStates STATES =
      SqlStates.STANDARD
          .with(
              Meaning.CONTENTION,
              states(ErrorCode.LOCK_TIMEOUT_1, ErrorCode.DEADLOCK_1, ErrorCode.CONCURRENT_UPDATE_1))
          .with(
              Meaning.UNAVAILABLE,
              states(
                  ErrorCode.DATABASE_IS_CLOSED,
                  ErrorCode.DATABASE_CALLED_AT_SHUTDOWN,
                  ErrorCode.DATABASE_ALREADY_OPEN_1,
                  ErrorCode.DATABASE_IS_IN_EXCLUSIVE_MODE,
                  ErrorCode.DATABASE_IS_READ_ONLY,
                  ErrorCode.CONNECTION_BROKEN_1,
                  ErrorCode.IO_EXCEPTION_1,
                  ErrorCode.IO_EXCEPTION_2,
                  ErrorCode.OBJECT_CLOSED,
                  ErrorCode.OUT_OF_MEMORY));

  private SqlErrors() {}

  private static String[] states(int... codes) {
    return IntStream.of(codes).mapToObj(ErrorCode::getState).toArray(String[]::new);
  }

  /** An error before the commit: nothing was written. */
  static ProviderError classify(String operation, SQLException e) {
    return switch (e.getErrorCode()) {
      case ErrorCode.DATABASE_NOT_FOUND_WITH_IF_EXISTS_1 ->
          new Misconfigured(operation, Schema.MISSING, e);
      case ErrorCode.REMOTE_DATABASE_NOT_FOUND_1 ->
          new Misconfigured(operation, "the server has no such database", e);
      case ErrorCode.WRONG_USER_OR_PASSWORD ->
          new Misconfigured(operation, "the server refuses user or password", e);
      default -> STATES.error(operation, "H2 failed with error " + e.getErrorCode(), e);
    };
  }

  /** An error of the commit itself: it may have happened. */
  static ProviderError classifyCommit(String operation, SQLException e) {
    return isUnavailable(e)
        ? new OutcomeUnknown(operation, "the database failed at the commit", e)
        : classify(operation, e);
  }

  /** Whether the connection must not be used again. */
  static boolean isUnavailable(SQLException e) {
    return STATES.of(e) == Meaning.UNAVAILABLE;
  }
}
