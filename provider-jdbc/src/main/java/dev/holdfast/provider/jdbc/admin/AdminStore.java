// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.LockFacts.Holder;
import org.jspecify.annotations.Nullable;

/**
 * A store to ask. Its tables {@code instance}, {@code execution}, {@code history}, {@code message},
 * {@code activity}, {@code session} and {@code key_value} have the columns that the questions name;
 * what differs between stores is said here. Thread-safe.
 */
public interface AdminStore extends Queries {

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
   * The owner of a lock of an activity {@code a}.
   *
   * @return an expression
   */
  String activityOwner();

  /**
   * Whether a column has one of the texts of a JSON array, in SQL, so that an index of the column
   * is used for each of them.
   *
   * @param column the column
   * @return the condition, with the array as its parameter
   */
  String among(String column);

  /**
   * Whether a key is one of those that a query finds, in SQL, so that the few it finds are looked
   * up, and the table is not walked along to see which of its rows are among them.
   *
   * @param column the column, a primary key
   * @param query finds keys
   * @return the condition, with the parameters of the query
   */
  default String amongFew(String column, String query) {
    return column + " IN (" + query + ")";
  }

  /**
   * A table that is to be read along one index, in SQL, where a planner without statistics would
   * choose another one.
   *
   * @param table the table with its alias, such as {@code :schema.run r}
   * @param index the name of the index without what all begin with
   * @return the table
   */
  String along(String table, String index);

  /**
   * Messages that callers have committed and that are not among {@code message} yet, in SQL: a
   * table with {@code instance_id}, {@code visible_at} and {@code start_name}. To every question
   * they are as if they were (ADMIN-33); of their instances there may be no row.
   *
   * @return the table, without an alias
   */
  String posted();

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
}
