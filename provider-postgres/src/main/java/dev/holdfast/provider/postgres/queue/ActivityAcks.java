// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.postgres.call.Batch;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Removes finished activities and stores their completions. Thread-safe. */
public final class ActivityAcks implements Batch<ActivityAck, AckResult> {

  private static final String OPERATION = "ackActivityItem";

  private static final String SQL =
      "SELECT :schema.ack_activities(" + Columns.placeholders(14) + ")";
  private static final String ONE =
      "SELECT :schema.ack_activity_one(" + Columns.placeholders(14) + ")";

  private final Database database;

  public ActivityAcks(Database database) {
    this.database = database;
  }

  /** An activity stands once in a call; who repeats it asks a second time. */
  @Override
  public boolean joins(ActivityAck request, List<ActivityAck> others) {
    LockToken.OfActivity token = (LockToken.OfActivity) request.lockToken();
    return others.stream()
        .noneMatch(other ->
            ((LockToken.OfActivity) other.lockToken()).activity().equals(token.activity()));
  }

  @Override
  public List<AckResult> run(List<ActivityAck> acks) {
    Columns columns =
        new Columns(MessageColumns.typesBehind(Type.TEXT, Type.BIGINT, Type.BIGINT, Type.BIGINT));
    for (ActivityAck ack : acks) {
      LockToken.OfActivity token = (LockToken.OfActivity) ack.lockToken();
      columns.add(
          MessageColumns.rowBehind(
              ack.completion(),
              token.instanceId(),
              token.activity().executionId(),
              token.activity().activityId(),
              token.epoch()));
    }
    if (acks.size() == 1 && applyOne(columns, acks)) {
      return List.of(AckResult.applied());
    }
    List<Integer> codes =
        database.write(
            OPERATION,
            SQL,
            (connection, statement) -> {
              columns.bind(connection, statement, 1);
              try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return Codes.read(rows, 1);
              }
            },
            e -> refusal(acks, e));
    List<AckResult> results = new ArrayList<>(acks.size());
    for (int i = 0; i < acks.size(); i++) {
      results.add(result(acks.get(i).lockToken(), codes.get(i)));
    }
    return results;
  }

  /** Applies a single ack; false when it is none of those that can be applied so. */
  private boolean applyOne(Columns columns, List<ActivityAck> acks) {
    OrchestratorMessage completion = acks.get(0).completion();
    return completion != null
        && completion.messageId() == null
        && database.write(
            OPERATION,
            ONE,
            (connection, statement) -> {
              columns.bindOnlyRow(statement, 1);
              return Codes.flag(statement);
            },
            e -> refusal(acks, e));
  }

  private static @Nullable ProviderError refusal(List<ActivityAck> acks, SQLException e) {
    return Enqueues.refusal(
        OPERATION, e, acks.stream().map(ActivityAck::completion).filter(Objects::nonNull));
  }

  private static AckResult result(LockToken token, int code) {
    return switch (code) {
      case TokenCodes.GOOD -> AckResult.applied();
      case TokenCodes.ACKED -> AckResult.alreadyApplied();
      default -> AckResult.rejected(TokenCodes.lost(OPERATION, token, code));
    };
  }
}
