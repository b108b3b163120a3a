// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.stream;

import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.stream.Stall;
import java.util.List;

/**
 * Finds out what holds back appends. Readers see each commit at once. Appends wait while another
 * transaction writes, whatever it writes, as a file has one writer. Thread-safe.
 */
public final class Stalls {

  private final Database database;

  /** Creates it. */
  public Stalls(Database database) {
    this.database = database;
  }

  /** {@return what holds them now, empty for nothing} */
  public List<Stall> now(String operation) {
    return database.isWriterTaken(operation)
        ? List.of(
            new Stall(
                Stall.Kind.APPENDS,
                null,
                "a transaction that has written to the file and not ended yet, through another"
                    + " connection of this process or in another process; a file has one writer at"
                    + " a time"))
        : List.of();
  }
}
