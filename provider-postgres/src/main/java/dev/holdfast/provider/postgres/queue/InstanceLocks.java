// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.postgres.connect.Database;

/** Giving back the locks of instances. Thread-safe. */
public final class InstanceLocks {

  private static final String ABANDON = "SELECT :schema.abandon_orchestration(?, ?, ?, ?)";

  private final Database database;

  public InstanceLocks(Database database) {
    this.database = database;
  }

  /** Gives an instance back; also after the lock end, while nobody took over (EXPIRY-10). */
  public void abandon(String operation, LockToken.OfInstance token, Abandonment how) {
    int code =
        database.write(
            operation,
            ABANDON,
            (connection, statement) -> {
              statement.setString(1, token.instanceId());
              statement.setLong(2, token.epoch());
              statement.setLong(3, MessageColumns.micros(how.delay()));
              statement.setBoolean(4, how.countAttempt());
              return Codes.single(statement);
            });
    if (code != TokenCodes.GOOD) {
      throw TokenCodes.lost(operation, token, code);
    }
  }
}
