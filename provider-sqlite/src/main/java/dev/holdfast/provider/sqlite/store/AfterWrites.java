// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.jdbc.batch.Outcome;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller adds behind the last of its writes, knowing how each of them ended. It runs in the
 * transaction that they share; when they had to be run one by one, in one of its own, and if that
 * fails their outcomes stand as they are.
 *
 * <p>It may run more than once, like a {@link Write}.
 */
@FunctionalInterface
public interface AfterWrites<R extends @Nullable Object> {

  /**
   * Does it.
   *
   * @param tx the transaction
   * @param outcomes how each write ended, in order
   * @return the outcomes to answer instead, in the same order
   */
  List<Outcome<R>> apply(WriteTx tx, List<Outcome<R>> outcomes) throws SQLException;
}
