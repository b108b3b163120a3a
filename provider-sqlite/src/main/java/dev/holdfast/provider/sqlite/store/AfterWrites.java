// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.jdbc.batch.Outcome;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller adds after the last of its writes, with their outcomes. It runs in the transaction
 * that the writes share. When they had to be run one by one, it runs in a transaction of its own,
 * and if that fails the outcomes stay as they are.
 *
 * <p>It may run more than once, like a {@link Write}.
 */
@FunctionalInterface
public interface AfterWrites<R extends @Nullable Object> {

  /**
   * Does what is to be added.
   *
   * @param tx the transaction
   * @param outcomes how each write ended, in order
   * @return the outcomes to return instead, in the same order
   */
  List<Outcome<R>> apply(WriteTx tx, List<Outcome<R>> outcomes) throws SQLException;
}
