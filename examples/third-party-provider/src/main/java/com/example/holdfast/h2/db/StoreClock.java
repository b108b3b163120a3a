// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.InstantSource;

/** The one clock that decides in a store. Thread-safe. */
@FunctionalInterface
interface StoreClock {

  /**
   * The store's time.
   *
   * @param tx a transaction that has waited for whatever it has to wait for
   * @return microseconds since 1970
   */
  long micros(Tx tx) throws SQLException;

  /** Of a store that only one process has open: the clock of its configuration. */
  static StoreClock of(InstantSource clock) {
    return tx -> StoreTime.toMicros(clock.instant());
  }

  /**
   * Of a store on a server, which many processes share: the server's. A view says what time it is,
   * so that tests can put another one in its place, for all handles at once.
   */
  static StoreClock ofServer() {
    return tx ->
        tx.first("SELECT micros FROM holdfast_clock", row -> row.getLong(1))
            .orElseThrow(() -> new SQLException("holdfast_clock has no row"));
  }
}
