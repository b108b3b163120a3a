// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.jdbc.batch.Batch;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.queue.EagerInstanceCalls.Claimed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Removes finished activities and stores their completions. Thread-safe. */
public final class ActivityAcks implements Batch<ActivityAck, AckResult> {

  private static final String OPERATION = "ackActivityItem";

  private static final List<Parameter> PARAMETERS =
      MessageColumns.parametersBehind(ActivityLocks.TOKENS.toArray(Parameter[]::new));

  private static final String SQL =
      "SELECT :fn.ack_activities(" + Columns.arguments(PARAMETERS) + ")";
  private static final String ONE =
      "SELECT :fn.ack_activity_one(" + Columns.arguments(PARAMETERS) + ")";
  private static final String CLAIMING =
      EagerInstanceCalls.sql(":fn.ack_activities_claiming", PARAMETERS);
  private static final String CLAIMING_ONE =
      EagerInstanceCalls.sql(":fn.ack_activity_one_claiming", PARAMETERS);

  private final Database database;
  private final InstanceLocks instanceLocks;

  public ActivityAcks(Database database, InstanceLocks instanceLocks) {
    this.database = database;
    this.instanceLocks = instanceLocks;
  }

  /** Each activity appears at most once per call; a repeat goes into the next call. */
  @Override
  public int together(List<ActivityAck> acks) {
    Set<ActivityIdentity> activities = new HashSet<>();
    for (ActivityAck ack : acks) {
      if (!activities.add(((LockToken.OfActivity) ack.lockToken()).activity())) {
        break;
      }
    }
    return activities.size();
  }

  @Override
  public List<AckResult> run(List<ActivityAck> acks) {
    Columns columns = new Columns(PARAMETERS);
    EagerInstanceCalls claims = new EagerInstanceCalls();
    for (ActivityAck ack : acks) {
      claims.add(ack.completion() == null ? null : ack.eager());
      LockToken.OfActivity token = (LockToken.OfActivity) ack.lockToken();
      columns.add(
          MessageColumns.rowBehind(
              ack.completion(),
              token.instanceId(),
              token.activity().executionId(),
              token.activity().activityId(),
              token.epoch()));
    }
    if (claims.any()) {
      return runClaiming(acks, columns, claims);
    }
    List<Integer> codes =
        database.write(
            OPERATION,
            acks.size() == 1 ? ONE : SQL,
            (connection, statement) -> {
              columns.bindOneOrMany(connection, statement, 1);
              if (acks.size() == 1) {
                return List.of(Codes.single(statement));
              }
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

  private List<AckResult> runClaiming(
      List<ActivityAck> acks, Columns columns, EagerInstanceCalls claims) {
    Claimed claimed =
        database.write(
            OPERATION,
            acks.size() == 1 ? CLAIMING_ONE : CLAIMING,
            (connection, statement) -> claims.execute(columns, connection, statement),
            e -> refusal(acks, e));
    List<Optional<OrchestrationItem>> items = claimed.items(OPERATION, instanceLocks);
    List<AckResult> results = new ArrayList<>(acks.size());
    for (int i = 0; i < acks.size(); i++) {
      LockToken token = acks.get(i).lockToken();
      int code = claimed.codes().get(i);
      // Only an applied ack claims.
      results.add(
          items
              .get(i)
              .<AckResult>map(item -> new AckResult.Applied(List.of(), item))
              .orElseGet(() -> result(token, code)));
    }
    return results;
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
