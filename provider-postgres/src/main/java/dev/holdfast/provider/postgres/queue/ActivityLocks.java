// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.call.TokenCodes;
import dev.holdfast.provider.postgres.connect.Database;
import java.util.List;

/** Gives back the locks of activities. Thread-safe. */
public final class ActivityLocks {

  static final List<Parameter> TOKENS =
      List.of(
          Type.TEXT.named("p_id"),
          Type.BIGINT.named("p_execution"),
          Type.BIGINT.named("p_activity"),
          Type.BIGINT.named("p_epoch"));

  private static final String ABANDON =
      "SELECT :fn.abandon_activity(" + Columns.arguments(TOKENS) + ", p_delay => ?, p_count => ?)";

  private final Database database;

  public ActivityLocks(Database database) {
    this.database = database;
  }

  /**
   * Gives an activity back; also after the lock end, while no other worker took it over
   * (EXPIRY-10).
   */
  public void abandon(String operation, LockToken.OfActivity token, AbandonOptions how) {
    int code =
        database.write(
            operation,
            ABANDON,
            (connection, statement) -> {
              statement.setString(1, token.instanceId());
              statement.setLong(2, token.activity().executionId());
              statement.setLong(3, token.activity().activityId());
              statement.setLong(4, token.epoch());
              statement.setLong(5, MessageColumns.micros(how.delay()));
              statement.setBoolean(6, how.countDelivery());
              return Codes.single(statement);
            });
    if (code != TokenCodes.GOOD) {
      throw TokenCodes.lost(operation, token, code);
    }
  }
}
