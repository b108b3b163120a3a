// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import org.postgresql.util.PSQLException;

/** Turns PostgreSQL's error codes into the contract's errors (ERR-02, ERR-03). Stateless. */
public final class SqlErrors {

  /**
   * A message id that was used with other content; the id is the error's message. Raised by the
   * store's functions.
   */
  public static final String MESSAGE_MISMATCH = "HF001";

  /** An activity identity that is queued already. Raised by the store's functions. */
  private static final String ACTIVITY_QUEUED = "HF002";

  private static final String UNIQUE_VIOLATION = "23505";
  private static final String CHECK_VIOLATION = "23514";

  private SqlErrors() {}

  /** {@return the error of a call that has written nothing, whatever happened} */
  public static ProviderError classify(String operation, SQLException e) {
    String detail = "PostgreSQL: " + e.getMessage();
    if (e instanceof SQLTransientConnectionException) {
      // The pool had no connection to give in time; its cause, if any, says why.
      return new StoreUnavailable(operation, detail, e);
    }
    String state = state(e);
    return switch (state) {
      // serialization failure, deadlock, lock not available
      case "40001", "40P01", "55P03" -> new StoreContention(operation, detail, e);
      // a plan that was made before a migration; the next try plans anew
      case "0A000" -> new StoreContention(operation, detail, e);
      // admin shutdown, crash shutdown, starting up, database dropped, cancelled, idle session
      // ended
      case "57P01", "57P02", "57P03", "57P04", "57014", "57P05" ->
          new StoreUnavailable(operation, detail, e);
      // the connection was in a transaction when the pool returned it: that has failed, or was
      // ended for its length
      case "25P02", "25P03", "25P04" -> new StoreUnavailable(operation, detail, e);
      // a standby after a failover, or a server set to read only
      case "25006" -> new StoreUnavailable(operation, detail, e);
      default ->
          switch (state.substring(0, Math.min(2, state.length()))) {
            // connection exceptions; too many connections, out of memory, disk full
            case "08", "53" -> new StoreUnavailable(operation, detail, e);
            default -> new StoreFailure(operation, detail, e);
          };
    };
  }

  /**
   * Returns the error of a writing call that was sent. Such a call is its own transaction: when the
   * connection broke, it may have been committed or not.
   */
  public static ProviderError classifySent(String operation, SQLException e) {
    return isConnectionLost(e)
        ? new OutcomeUnknown(
            operation, "the connection was lost before the answer came: " + e.getMessage(), e)
        : classify(operation, e);
  }

  /** {@return whether the connection broke, as opposed to an error of the server that ends it} */
  public static boolean isConnectionLost(SQLException e) {
    return !(e instanceof SQLTransientConnectionException) && state(e).startsWith("08");
  }

  /**
   * Returns whether the server of the connection takes no writes any more, or ends: it is a standby
   * after a failover, or set to read only, or shutting down. Other servers may serve.
   */
  public static boolean isServerOfNoUse(SQLException e) {
    return switch (state(e)) {
      case "25006", "57P01", "57P02", "57P03", "57P04" -> true;
      default -> false;
    };
  }

  /**
   * Returns whether the session of the connection has ended or is in a transaction that is not this
   * provider's, and other sessions of the same server may serve.
   */
  public static boolean isConnectionOfNoUse(SQLException e) {
    String state = state(e);
    return switch (state) {
      case "25P02", "25P03", "25P04", "57P05" -> true;
      default -> state.startsWith("08");
    };
  }

  /** {@return the five characters of the SQL state, empty when there are none} */
  public static String state(SQLException e) {
    return Objects.requireNonNullElse(e.getSQLState(), "");
  }

  /**
   * {@return the message with which the store's functions refuse, without the words that the driver
   * adds}
   */
  public static String serverMessage(SQLException e) {
    if (e instanceof PSQLException answer && answer.getServerErrorMessage() != null) {
      return Objects.requireNonNullElse(answer.getServerErrorMessage().getMessage(), "");
    }
    return Objects.requireNonNullElse(e.getMessage(), "");
  }

  /** {@return whether an activity identity is queued already, or was scheduled twice at once} */
  public static boolean isActivityQueued(SQLException e) {
    return state(e).equals(ACTIVITY_QUEUED)
        || (state(e).equals(UNIQUE_VIOLATION)
            && String.valueOf(e.getMessage()).contains("activity_pkey"));
  }

  /** {@return whether a message is due beyond the year 9999 (QUEUE-05)} */
  public static boolean isDueTooLate(SQLException e) {
    return state(e).equals(CHECK_VIOLATION)
        && String.valueOf(e.getMessage()).contains("message_due_before_10000");
  }
}
