// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.row;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Which SQL states mean which error of the SPI, for calls that have written nothing (ERR-02). A
 * table has whole states, such as 40001, and classes of two characters, such as 08; a state that is
 * in neither is a permanent failure. Immutable.
 */
public final class SqlStates {

  /** What a state means. */
  public enum Meaning {
    /** Others were in the way: {@link StoreContention}. */
    CONTENTION,
    /** The store cannot be used now: {@link StoreUnavailable}. */
    UNAVAILABLE,
    /** Anything else: {@link StoreFailure}. */
    FAILURE
  }

  /**
   * What the SQL standard says: 40001 (serialization failure, deadlock) is contention; class 08
   * (connection) and 25006 (the server only reads) are unavailable.
   */
  public static final SqlStates STANDARD =
      new SqlStates(Map.of())
          .with(Meaning.CONTENTION, "40001")
          .with(Meaning.UNAVAILABLE, "08", "25006");

  private final Map<String, Meaning> meanings;

  private SqlStates(Map<String, Meaning> meanings) {
    this.meanings = meanings;
  }

  /**
   * Adds states of one database.
   *
   * @param meaning what they mean
   * @param states whole states, or classes
   * @return a table with both
   */
  public SqlStates with(Meaning meaning, String... states) {
    Map<String, Meaning> all = new HashMap<>(meanings);
    for (String state : states) {
      if (state.length() != 5 && state.length() != 2) {
        throw new IllegalArgumentException("neither a state nor a class: " + state);
      }
      all.put(state, meaning);
    }
    return new SqlStates(Map.copyOf(all));
  }

  /**
   * Tells what an exception means. {@link SQLTransientConnectionException} is unavailable whatever
   * its state: a pool had no connection to give in time.
   *
   * @param e the exception
   * @return its meaning
   */
  public Meaning of(SQLException e) {
    if (e instanceof SQLTransientConnectionException) {
      return Meaning.UNAVAILABLE;
    }
    String state = state(e);
    Meaning whole = meanings.get(state);
    if (whole != null) {
      return whole;
    }
    return state.length() < 2
        ? Meaning.FAILURE
        : meanings.getOrDefault(state.substring(0, 2), Meaning.FAILURE);
  }

  /**
   * Makes the error of a call that has written nothing.
   *
   * @param operation the SPI call
   * @param detail what to tell
   * @param e what happened
   * @return the error to throw
   */
  public ProviderError error(String operation, String detail, SQLException e) {
    return switch (of(e)) {
      case CONTENTION -> new StoreContention(operation, detail, e);
      case UNAVAILABLE -> new StoreUnavailable(operation, detail, e);
      case FAILURE -> new StoreFailure(operation, detail, e);
    };
  }

  /**
   * Whether the connection broke, so that a call that was sent may have been carried out; not when
   * a pool had no connection to give.
   *
   * @param e the exception
   * @return whether its class is 08
   */
  public static boolean isConnectionLost(SQLException e) {
    return !(e instanceof SQLTransientConnectionException) && state(e).startsWith("08");
  }

  /**
   * Reads the state of an exception.
   *
   * @param e the exception
   * @return five characters, empty when there are none
   */
  public static String state(SQLException e) {
    return Objects.requireNonNullElse(e.getSQLState(), "");
  }
}
