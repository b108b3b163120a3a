// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.LockFacts.Holder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store to ask. Its tables {@code instance}, {@code execution}, {@code history}, {@code message},
 * {@code activity}, {@code session} and {@code key_value} have the columns that the questions name;
 * what differs between stores is said here. Thread-safe.
 *
 * <p>In SQL {@code :schema.instance} means the table of that name.
 */
public interface AdminStore {

  /**
   * Runs one query, which sees one committed state and waits for no lock (ADMIN-29, ADMIN-30).
   *
   * @param <T> what a row becomes
   * @param operation the SPI call, for errors
   * @param sql the query
   * @param parameters its parameters: {@code Long}, {@code Integer}, {@code String} or null
   * @param reader reads a row
   * @return the rows
   */
  <T> List<T> query(
      String operation,
      String sql,
      List<? extends @Nullable Object> parameters,
      RowReader<T> reader);

  /**
   * Whether so few executions have a status that they are rather found by it, and sorted, than met
   * on a walk along the list; for stores that plan without knowing how many rows there are. The
   * condition is then {@code status = '…'}, which an index of the status can fulfil.
   *
   * @param status the status
   * @return true when they are few; false where the store finds that out when it plans
   */
  default boolean fewAre(ExecutionStatus status) {
    return false;
  }

  /**
   * The locks of instances, in SQL: a table with {@code instance_key}, {@code lock_epoch} (0 when
   * free), {@code locked_until} (of a free instance, the end of the delay of an abandon), {@code
   * delivery_count} and {@code owner}.
   *
   * @return the table, without an alias
   */
  String locks();

  /**
   * The store's now, in microseconds since 1970.
   *
   * @return an expression without parameters, or {@code ?} for {@link #nowParameters}
   */
  String now();

  /**
   * What to give to {@link #now()}.
   *
   * @return its parameters, one or none
   */
  List<Long> nowParameters();

  /**
   * The owner of a lock of an activity {@code a}.
   *
   * @return an expression
   */
  String activityOwner();

  /**
   * The version that an instance {@code i} is pinned to.
   *
   * @return an expression for a text such as {@code 1.10.0}, NULL without a pin
   */
  String pin();

  /**
   * What to read of an owner, for {@link #holder}.
   *
   * @param owner an expression for the owner
   * @return an expression for a text
   */
  String holderOf(String owner);

  /**
   * What an owner's process is doing.
   *
   * @param read what was read of it
   * @return what is known
   */
  Holder holder(@Nullable String read);

  /**
   * Reads a row.
   *
   * @param <T> what it becomes
   */
  @FunctionalInterface
  interface RowReader<T> {
    /**
     * Reads it.
     *
     * @param row the row
     * @return what it becomes
     * @throws SQLException when the store fails
     */
    T read(ResultSet row) throws SQLException;
  }
}
