// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import static dev.holdfast.provider.jdbc.row.SqlStates.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.jdbc.row.SqlStates;
import dev.holdfast.provider.jdbc.row.SqlStates.Meaning;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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

  /**
   * An instance was deleted while a call waited for its row. Raised by the store's functions; the
   * call is made again.
   */
  private static final String INSTANCE_GONE = "HF003";

  /** A message that is a change is due beyond the last moment. Raised by the store's functions. */
  public static final String DUE_TOO_LATE = "HF004";

  /** A fence is not live; the error's message says why. Raised by the store's functions. */
  public static final String FENCE_LOST = "HF005";

  private static final String UNIQUE_VIOLATION = "23505";
  private static final String CHECK_VIOLATION = "23514";

  /** What our SQL states mean, beyond the standard's. */
  private static final SqlStates STATES =
      SqlStates.STANDARD
          // deadlock, lock not available
          .with(Meaning.CONTENTION, "40P01", "55P03")
          // a plan that was made before a migration; the next try plans anew
          .with(Meaning.CONTENTION, "0A000")
          // admin shutdown, crash shutdown, starting up, database dropped, cancelled, idle session
          // ended
          .with(Meaning.UNAVAILABLE, "57P01", "57P02", "57P03", "57P04", "57014", "57P05")
          // the session was given to us in a transaction: it has failed, or was ended for its
          // length
          .with(Meaning.UNAVAILABLE, "25P02", "25P03", "25P04")
          // too many connections, out of memory, disk full
          .with(Meaning.UNAVAILABLE, "53");

  private SqlErrors() {}

  /** {@return the error of a call that has written nothing, whatever happened} */
  public static ProviderError classify(String operation, SQLException e) {
    return STATES.error(operation, "PostgreSQL: " + e.getMessage(), e);
  }

  /**
   * Returns the error of a writing call that was sent. Such a call is its own transaction: when the
   * connection broke, it may have been committed or not.
   */
  public static ProviderError classifySent(String operation, SQLException e) {
    return SqlStates.isConnectionLost(e)
        ? new OutcomeUnknown(
            operation, "the connection was lost before the answer came: " + e.getMessage(), e)
        : classify(operation, e);
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

  /** What our own functions say when they refuse: the message alone, without the driver's words. */
  public static String serverMessage(SQLException e) {
    if (e instanceof PSQLException answer && answer.getServerErrorMessage() != null) {
      return Objects.requireNonNullElse(answer.getServerErrorMessage().getMessage(), "");
    }
    return Objects.requireNonNullElse(e.getMessage(), "");
  }

  /** A run or step has another version than was seen. Raised by the store's functions. */
  public static final String OTHER_VERSION = "HF006";

  /** A run or step is unknown. Raised by the store's functions. */
  public static final String STATE_UNKNOWN = "HF007";

  /** A status may not follow the present one. Raised by the store's functions. */
  public static final String ILLEGAL_TRANSITION = "HF008";

  /** A run that is to be deleted has not ended. Raised by the store's functions. */
  public static final String RUN_BUSY = "HF009";

  /** A row of a run or step has a status that is none. Raised by the store's functions. */
  public static final String STATE_UNREADABLE = "HF010";

  /**
   * A token does not hold the lock of the message that it is to consume; the error's message says
   * why. Raised by the store's functions.
   */
  public static final String MESSAGE_LOCK_LOST = "HF011";

  /**
   * An update of a projection names a shard or a position that is not there. Raised by the store's
   * functions.
   */
  public static final String NOT_IN_PROJECTION = "HF012";

  /** {@return whether it is the state of an error that our own functions raise} */
  public static boolean isRefusal(String state) {
    return state.startsWith("HF");
  }

  /** {@return the detail of the server's error, null for none} */
  public static @Nullable String serverDetail(SQLException e) {
    return e instanceof PSQLException answer && answer.getServerErrorMessage() != null
        ? answer.getServerErrorMessage().getDetail()
        : null;
  }

  /** {@return whether an activity identity is queued already, or was scheduled twice at once} */
  public static boolean isActivityQueued(SQLException e) {
    return state(e).equals(ACTIVITY_QUEUED)
        || (state(e).equals(UNIQUE_VIOLATION)
            && String.valueOf(e.getMessage()).contains("activity_pkey"));
  }

  /** {@return whether an instance was deleted while a call waited for it, which is undone} */
  static boolean isInstanceGone(SQLException e) {
    return state(e).equals(INSTANCE_GONE);
  }

  /** {@return whether a message is due beyond the year 9999 (QUEUE-05)} */
  public static boolean isDueTooLate(SQLException e) {
    return state(e).equals(CHECK_VIOLATION)
        && String.valueOf(e.getMessage()).contains("message_due_before_10000");
  }
}
