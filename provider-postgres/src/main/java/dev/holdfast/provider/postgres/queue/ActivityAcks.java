// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.postgres.call.Batch;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.Database.Refusals;
import dev.holdfast.provider.postgres.queue.InstanceClaims.Claimed;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Removes finished activities and stores their completions. Thread-safe. */
public final class ActivityAcks implements Batch<ActivityAck, AckResult> {

  private static final String OPERATION = "ackActivityItem";

  private static final String SQL =
      "SELECT :schema.ack_activities(" + Columns.placeholders(14) + ")";
  private static final String CLAIMING = InstanceClaims.sql(":schema.ack_activities_claiming", 14);

  private final Database database;
  private final InstanceLocks instanceLocks;

  public ActivityAcks(Database database, InstanceLocks instanceLocks) {
    this.database = database;
    this.instanceLocks = instanceLocks;
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
    InstanceClaims claims = new InstanceClaims();
    for (ActivityAck ack : acks) {
      claims.add(ack.completion() == null ? null : ack.claim());
      LockToken.OfActivity token = (LockToken.OfActivity) ack.lockToken();
      columns.add(
          MessageColumns.rowBehind(
              ack.completion(),
              token.instanceId(),
              token.activity().executionId(),
              token.activity().activityId(),
              token.epoch()));
    }
    Refusals refusals =
        e ->
            Enqueues.refusal(
                OPERATION, e, acks.stream().map(ActivityAck::completion).filter(Objects::nonNull));
    if (claims.any()) {
      Claimed claimed =
          database.write(
              OPERATION,
              CLAIMING,
              (connection, statement) ->
                  claims.execute(connection, statement, columns.bind(connection, statement, 1)),
              refusals);
      return results(acks, claimed.codes(), claimed.items(OPERATION, instanceLocks));
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
            refusals);
    return results(acks, codes, Collections.nCopies(acks.size(), Optional.empty()));
  }

  private static List<AckResult> results(
      List<ActivityAck> acks, List<Integer> codes, List<Optional<OrchestrationItem>> claimed) {
    List<AckResult> results = new ArrayList<>(acks.size());
    for (int i = 0; i < acks.size(); i++) {
      results.add(result(acks.get(i).lockToken(), codes.get(i), claimed.get(i)));
    }
    return results;
  }

  private static AckResult result(LockToken token, int code, Optional<OrchestrationItem> claimed) {
    return switch (code) {
      case TokenCodes.GOOD ->
          claimed
              .<AckResult>map(item -> new AckResult.Applied(List.of(), item))
              .orElseGet(AckResult::applied);
      case TokenCodes.ACKED -> AckResult.alreadyApplied();
      default -> AckResult.rejected(TokenCodes.lost(OPERATION, token, code));
    };
  }
}
