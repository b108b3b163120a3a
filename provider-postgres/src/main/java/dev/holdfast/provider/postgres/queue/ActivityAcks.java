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
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.call.TokenCodes;
import dev.holdfast.provider.postgres.changes.ChangeColumns;
import dev.holdfast.provider.postgres.changes.PostgresChanges;
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

  private static final String CHANGING =
      EagerInstanceCalls.sql(":fn.ack_activities_changing", PARAMETERS, ChangeColumns.PARAMETERS);

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
   * not depend on each other. Changes are applied behind all completions of a call, so none may
   * send to an instance that a later ack is about.
   */
  @Override
  public int together(List<ActivityAck> acks) {
    Set<ActivityIdentity> activities = new HashSet<>();
    Set<String> changed = new HashSet<>();
    boolean changing = false;
    boolean ahead = false;
    for (ActivityAck ack : acks) {
      changing |= !ack.changes().isEmpty();
      ahead |= turn(ack) != null;
      if ((changing && ahead)
          || changed.contains(ack.lockToken().instanceId())
          || !activities.add(((LockToken.OfActivity) ack.lockToken()).activity())) {
        break;
      }
      changed.addAll(PostgresChanges.addressed(ack.changes()));
    }
    List<ActivityAck> different = acks.subList(0, activities.size());
    return different.stream().allMatch(ack -> turn(ack) == null)
        ? different.size()
        : TurnsAhead.together(
            different.stream().map(ack -> ack.lockToken().instanceId()).toList(),
            different.stream().<@Nullable TurnAhead>map(ActivityAcks::turn).toList());
  }

  /** A turn ahead was computed without the changes of any ack, so it is not used beside them. */
  private static @Nullable TurnAhead turn(ActivityAck ack) {
    return ack.completion() == null || !ack.changes().isEmpty() ? null : TurnsAhead.of(ack.eager());
  }

  @Override
  public long weight(ActivityAck ack) {
    TurnAhead turn = turn(ack);
    return 1L + (turn == null ? 0 : TurnColumns.weight(turn.content())) + ack.changes().size();
  }

  @Override
  public List<AckResult> run(List<ActivityAck> acks) {
    Columns columns = new Columns(PARAMETERS);
    EagerInstanceCalls claims = new EagerInstanceCalls();
    TurnsAhead turns =
        acks.stream().anyMatch(ack -> turn(ack) != null) ? new TurnsAhead(OPERATION, checks) : null;
    ChangeColumns changes = new ChangeColumns();
    for (ActivityAck ack : acks) {
      changes.add(ack.changes());
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
    if (claims.any() || changes.any()) {
      return runClaiming(acks, columns, claims, turns, changes.any() ? changes : null);
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
            e -> refusal(null, acks, e));
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
      @Nullable TurnsAhead turns,
      @Nullable ChangeColumns changes) {
    String sql = changes != null ? changes.sql(CHANGING) : claimingSql(claims, turns);
    Claimed claimed;
    try {
      claimed =
          database.write(
              OPERATION,
              sql,
              (connection, statement) ->
                  claims.execute(columns, turns, changes, connection, statement),
              e -> refusal(changes, acks, e));
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
      AckResult result =
          code == TokenCodes.GOOD && (turn != null || item != null)
              ? new AckResult.Applied(List.of(), item, turn)
              : result(token, code);
      results.add(
          changes != null && result instanceof AckResult.Applied applied
              ? applied.withResults(changes.results(i, claimed.changed()))
              : result);
    }
    return results;
  }

  private static String claimingSql(EagerInstanceCalls claims, @Nullable TurnsAhead turns) {
    return turns != null && turns.any()
        ? claims.isOne(turns) ? AHEAD_ONE : AHEAD
        : claims.isOne(turns) ? CLAIMING_ONE : CLAIMING;
  }

  /** Acks without the turn, which may be what the store refused (AHEAD-05). */
  private AckResult withoutTurn(ActivityAck ack, ProviderError.Permanent refusal) {
    EagerInstance eager = Objects.requireNonNull(ack.eager());
    ActivityAck plain = ack.withEager(eager.withTurnAhead(null));
    AckResult result = run(List.of(plain)).get(0);
    return result instanceof AckResult.Applied applied
        ? new AckResult.Applied(
            List.of(), applied.eagerInstance(), AckResult.rejected(refusal), applied.results())
        : result;
  }

  private static @Nullable ProviderError refusal(
      @Nullable ChangeColumns changes, List<ActivityAck> acks, SQLException e) {
    ProviderError ofChange = changes == null ? null : changes.refusal(OPERATION, e);
    if (ofChange != null) {
      return ofChange;
    }
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
