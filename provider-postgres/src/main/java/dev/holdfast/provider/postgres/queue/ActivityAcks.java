// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.jdbc.batch.Batch;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.queue.EagerInstanceCalls.Claimed;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Removes finished activities and stores their completions. Thread-safe. */
public final class ActivityAcks implements Batch<ActivityAck, AckResult> {

  private static final String OPERATION = "ackActivityItem";

  private static final List<Parameter> PARAMETERS =
      MessageColumns.parametersBehind("m_", ActivityLocks.TOKENS.toArray(Parameter[]::new));

  private static final String SQL =
      "SELECT :fn.ack_activities(" + Columns.arguments(PARAMETERS) + ")";
  private static final String ONE =
      "SELECT :fn.ack_activity_one(" + Columns.arguments(PARAMETERS) + ")";
  private static final String CLAIMING =
      EagerInstanceCalls.sql(":fn.ack_activities_claiming", PARAMETERS);
  private static final String CLAIMING_ONE =
      EagerInstanceCalls.sqlOfOne(":fn.ack_activity_one_claiming", PARAMETERS, List.of());

  private static final String AHEAD =
      EagerInstanceCalls.sql(":fn.ack_activities_ahead", PARAMETERS, TurnsAhead.parameters());
  private static final String AHEAD_ONE =
      EagerInstanceCalls.sqlOfOne(
          ":fn.ack_activity_one_ahead", PARAMETERS, TurnsAhead.parametersOfOne());

  private final Database database;
  private final InstanceLocks instanceLocks;
  private final RequestChecks checks;
  private final Runnable leftOver;

  /**
   * Creates the operation.
   *
   * @param checks say what a turn ahead may not have
   * @param leftOver told when the instance of an applied turn has messages left
   */
  public ActivityAcks(
      Database database, InstanceLocks instanceLocks, RequestChecks checks, Runnable leftOver) {
    this.database = database;
    this.instanceLocks = instanceLocks;
    this.checks = checks;
    this.leftOver = leftOver;
  }

  /**
   * Each activity appears at most once per call; a repeat goes into the next call. Turns ahead do
   * not depend on each other.
   */
  @Override
  public int together(List<ActivityAck> acks) {
    Set<ActivityIdentity> activities = new HashSet<>();
    for (ActivityAck ack : acks) {
      if (!activities.add(((LockToken.OfActivity) ack.lockToken()).activity())) {
        break;
      }
    }
    List<ActivityAck> different = acks.subList(0, activities.size());
    return different.stream().allMatch(ack -> turn(ack) == null)
        ? different.size()
        : TurnsAhead.together(
            different.stream().map(ack -> ack.lockToken().instanceId()).toList(),
            different.stream().<@Nullable TurnAhead>map(ActivityAcks::turn).toList());
  }

  private static @Nullable TurnAhead turn(ActivityAck ack) {
    return ack.completion() == null ? null : TurnsAhead.of(ack.eager());
  }

  @Override
  public long weight(ActivityAck ack) {
    TurnAhead turn = turn(ack);
    return 1L + (turn == null ? 0 : TurnColumns.weight(turn.content()));
  }

  @Override
  public List<AckResult> run(List<ActivityAck> acks) {
    Columns columns = new Columns(PARAMETERS);
    EagerInstanceCalls claims = new EagerInstanceCalls();
    TurnsAhead turns =
        acks.stream().anyMatch(ack -> turn(ack) != null) ? new TurnsAhead(OPERATION, checks) : null;
    for (ActivityAck ack : acks) {
      claims.add(ack.completion() == null ? null : ack.eager());
      if (turns != null) {
        turns.add(ack.lockToken().instanceId(), turn(ack));
      }
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
      return runClaiming(acks, columns, claims, turns);
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
      List<ActivityAck> acks,
      Columns columns,
      EagerInstanceCalls claims,
      @Nullable TurnsAhead turns) {
    String sql =
        turns != null && turns.any()
            ? claims.isOne(turns) ? AHEAD_ONE : AHEAD
            : claims.isOne(turns) ? CLAIMING_ONE : CLAIMING;
    Claimed claimed;
    try {
      claimed =
          database.write(
              OPERATION,
              sql,
              (connection, statement) -> claims.execute(columns, turns, connection, statement),
              e -> refusal(acks, e));
    } catch (ProviderError.Permanent e) {
      if (acks.size() > 1 || turns == null || !turns.any()) {
        throw e;
      }
      return List.of(withoutTurn(acks.get(0), e));
    }
    if (turns != null && turns.leftOver()) {
      leftOver.run();
    }
    List<Optional<OrchestrationItem>> items = claimed.items(OPERATION, instanceLocks);
    List<AckResult> results = new ArrayList<>(acks.size());
    for (int i = 0; i < acks.size(); i++) {
      LockToken token = acks.get(i).lockToken();
      int code = claimed.codes().get(i);
      // Only an applied ack claims, and only its turn is applied.
      AckResult turn = turns == null ? null : turns.result(i);
      OrchestrationItem item = items.get(i).orElse(null);
      results.add(
          code == TokenCodes.GOOD && (turn != null || item != null)
              ? new AckResult.Applied(List.of(), item, turn)
              : result(token, code));
    }
    return results;
  }

  /** Acks without the turn, which may be what the store refused (AHEAD-05). */
  private AckResult withoutTurn(ActivityAck ack, ProviderError.Permanent refusal) {
    EagerInstance eager = Objects.requireNonNull(ack.eager());
    ActivityAck plain =
        new ActivityAck(ack.lockToken(), ack.completion(), eager.withTurnAhead(null));
    AckResult result = run(List.of(plain)).get(0);
    return result instanceof AckResult.Applied applied
        ? new AckResult.Applied(List.of(), applied.eagerInstance(), AckResult.rejected(refusal))
        : result;
  }

  private static @Nullable ProviderError refusal(List<ActivityAck> acks, SQLException e) {
    return Enqueues.refusal(
        OPERATION,
        e,
        acks.stream()
            .flatMap(ack ->
                Stream.concat(
                    Stream.ofNullable(ack.completion()), TurnsAhead.messages(turn(ack)))));
  }

  private static AckResult result(LockToken token, int code) {
    return switch (code) {
      case TokenCodes.GOOD -> AckResult.applied();
      case TokenCodes.ACKED -> AckResult.alreadyApplied();
      default -> AckResult.rejected(TokenCodes.lost(OPERATION, token, code));
    };
  }
}
