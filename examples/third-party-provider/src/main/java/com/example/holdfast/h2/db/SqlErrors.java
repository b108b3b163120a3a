// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.sql.SQLException;
import java.util.Set;
import org.h2.api.ErrorCode;

/** Says what an error of H2 means to the caller. What is not listed is permanent. Stateless. */
final class SqlErrors {

  private static final Set<Integer> CONTENTION =
      Set.of(ErrorCode.LOCK_TIMEOUT_1, ErrorCode.DEADLOCK_1, ErrorCode.CONCURRENT_UPDATE_1);

  private static final Set<Integer> UNAVAILABLE =
      Set.of(
          ErrorCode.DATABASE_IS_CLOSED,
          ErrorCode.DATABASE_CALLED_AT_SHUTDOWN,
          ErrorCode.DATABASE_ALREADY_OPEN_1,
          ErrorCode.DATABASE_IS_IN_EXCLUSIVE_MODE,
          ErrorCode.DATABASE_IS_READ_ONLY,
          ErrorCode.CONNECTION_BROKEN_1,
          ErrorCode.IO_EXCEPTION_1,
          ErrorCode.IO_EXCEPTION_2,
          ErrorCode.OBJECT_CLOSED,
          ErrorCode.OUT_OF_MEMORY);

  private SqlErrors() {}

  /** An error before the commit: nothing was written. */
  static ProviderError classify(String operation, SQLException e) {
    if (CONTENTION.contains(e.getErrorCode())) {
      return new StoreContention(operation, "another transaction is in the way", e);
    }
    if (e.getErrorCode() == ErrorCode.DATABASE_NOT_FOUND_WITH_IF_EXISTS_1) {
      return new Misconfigured(operation, Schema.MISSING, e);
    }
    if (e.getErrorCode() == ErrorCode.REMOTE_DATABASE_NOT_FOUND_1) {
      return new Misconfigured(operation, "the server has no such database", e);
    }
    if (e.getErrorCode() == ErrorCode.WRONG_USER_OR_PASSWORD) {
      return new Misconfigured(operation, "the server refuses user or password", e);
    }
    return isUnavailable(e)
        ? new StoreUnavailable(operation, "the database cannot be used now", e)
        : new StoreFailure(operation, "H2 failed with error " + e.getErrorCode(), e);
  }

  /** An error of the commit itself: it may have happened. */
  static ProviderError classifyCommit(String operation, SQLException e) {
    return isUnavailable(e)
        ? new OutcomeUnknown(operation, "the database failed at the commit", e)
        : classify(operation, e);
  }

  /** Whether the connection must not be used again. */
  static boolean isUnavailable(SQLException e) {
    String state = e.getSQLState();
    return UNAVAILABLE.contains(e.getErrorCode()) || (state != null && state.startsWith("08"));
  }
}
