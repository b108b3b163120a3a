// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.jdbc.batch.Batch;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.call.TokenCodes;
import dev.holdfast.provider.postgres.changes.ChangeColumns;
import dev.holdfast.provider.postgres.changes.PostgresChanges;
import dev.holdfast.provider.postgres.changes.StoredResults;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Applies the results of turns. Thread-safe. */
public final class OrchestrationAcks implements Batch<OrchestrationAck, AckResult> {

  private static final String OPERATION = "ackOrchestrationItem";

  private static final List<Parameter> ACKS =
      Stream.concat(
              Stream.of(Type.TEXT.named("p_id"), Type.BIGINT.named("p_epoch")),
              TurnColumns.once("p_").stream())
          .toList();

  private static final String RESULT = "SELECT codes, bad_events, last_events, left_over, tokens";
  private static final String SQL =
      RESULT
          + " FROM :fn.ack_orchestrations("
          + Columns.arguments(ACKS, TurnColumns.rest("m_"))
          + ")";
  private static final String ONE =
      RESULT
          + " FROM :fn.ack_orchestration_one("
          + Columns.arguments(ACKS, TurnColumns.restOfOne())
          + ")";

  private static final String CHANGING =
      RESULT
          + ", "
          + StoredResults.COLUMNS
          + " FROM :fn.ack_orchestrations_changing("
          + Columns.arguments(ACKS, TurnColumns.rest("m_"), ChangeColumns.PARAMETERS)
          + ")";

  private final Database database;
  private final Runnable leftOver;

  /**
   * Creates the operation.
   *
   * @param leftOver told when an acked instance has messages left
   */
  public OrchestrationAcks(Database database, Runnable leftOver) {
    this.database = database;
    this.leftOver = leftOver;
  }

  /**
   * Each instance is acked at most once per call, and the acks of a call do not depend on each
   * other: where an ack sends a message with an id to another acked instance, that one's ack must
   * be applied before or after, since it may forget message ids (QUEUE-10). Changes are applied
   * behind all acks of a call, so none may send to an instance that a later ack is about or sends
   * to.
   */
  @Override
  public int together(List<OrchestrationAck> acks) {
    Set<String> acked = new HashSet<>();
    Set<String> addressed = new HashSet<>();
    Set<String> changed = new HashSet<>();
    for (OrchestrationAck ack : acks) {
      String instanceId = ack.lockToken().instanceId();
      List<String> addresses = addressesThatCount(ack);
      List<String> changes = PostgresChanges.addressed(ack.changes());
      if (acked.contains(instanceId)
          || addressed.contains(instanceId)
          || addresses.stream().anyMatch(acked::contains)
          || (!changed.isEmpty() && isAbout(ack, changed))) {
        break;
      }
      changed.addAll(changes);
      acked.add(instanceId);
      addressed.addAll(addresses);
    }
    return acked.size();
  }

  private static boolean isAbout(OrchestrationAck ack, Set<String> instances) {
    return instances.contains(ack.lockToken().instanceId())
        || ack.messages().stream().anyMatch(message -> instances.contains(message.instanceId()));
  }

  /** Returns the other instances that get messages with ids. */
  private static List<String> addressesThatCount(OrchestrationAck ack) {
    if (ack.messages().isEmpty()) {
      return List.of();
    }
    String own = ack.lockToken().instanceId();
    return ack.messages().stream()
        .filter(message -> message.messageId() != null && !message.instanceId().equals(own))
        .map(OrchestratorMessage::instanceId)
        .toList();
  }

  @Override
  public long weight(OrchestrationAck ack) {
    return 1L + TurnColumns.weight(ack.content()) + ack.changes().size();
  }

  @Override
  public List<AckResult> run(List<OrchestrationAck> acks) {
    Arguments arguments = new Arguments(acks);
    Answer answer =
        database.write(
            OPERATION,
            arguments.arePlain()
                ? ONE
                : arguments.changes.any() ? arguments.changes.sql(CHANGING) : SQL,
            (connection, statement) -> {
              arguments.bind(connection, statement);
              try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return Answer.read(rows, arguments.changes.any());
              }
            },
            e -> refusal(arguments.changes, acks, e));
    if (answer.leftOver()) {
      leftOver.run();
    }
    List<AckResult> results = new ArrayList<>(acks.size());
    for (int i = 0; i < acks.size(); i++) {
      AckResult result = answer.result(acks.get(i), i, arguments.turns.claims());
      results.add(
          result instanceof AckResult.Applied applied && !acks.get(i).changes().isEmpty()
              ? applied.withResults(arguments.changes.results(i, answer.changed()))
              : result);
    }
    return results;
  }

  private static @Nullable ProviderError refusal(
      ChangeColumns changes, List<OrchestrationAck> acks, SQLException e) {
    ProviderError ofChange = changes.refusal(OPERATION, e);
    if (ofChange != null) {
      return ofChange;
    }
    if (SqlErrors.isActivityQueued(e)) {
      return new InvalidRequest(
          OPERATION,
          acks.get(0).lockToken().instanceId(),
          "schedules an activity whose identity is queued already, or twice; choose another"
              + " activity id");
    }
    return Enqueues.refusal(OPERATION, e, acks.stream().flatMap(ack -> ack.messages().stream()));
  }

  /** What the store returned; see ack_orchestrations. */
  private record Answer(
      List<Integer> codes,
      List<@Nullable Long> badEvents,
      List<@Nullable Long> lastEvents,
      boolean leftOver,
      List<@Nullable Long> tokens,
      StoredResults changed) {

    static Answer read(ResultSet row, boolean changing) throws SQLException {
      return new Answer(
          Codes.read(row, 1),
          numbers(row, 2),
          numbers(row, 3),
          row.getBoolean(4),
          numbers(row, 5),
          changing ? StoredResults.read(row, 6) : new StoredResults());
    }

    private static List<@Nullable Long> numbers(ResultSet row, int column) throws SQLException {
      Array array = row.getArray(column);
      return array == null ? List.of() : Arrays.asList((@Nullable Long[]) array.getArray());
    }

    AckResult result(OrchestrationAck ack, int index, EagerActivitySelection claims) {
      int code = codes.get(index);
      String instanceId = ack.lockToken().instanceId();
      return switch (code) {
        case TokenCodes.GOOD ->
            tokens.isEmpty()
                ? AckResult.applied()
                : new AckResult.Applied(claims.items(index, tokens::get), null);
        case TokenCodes.ACKED -> AckResult.alreadyApplied();
        default -> {
          ProviderError.Permanent refusal =
              TurnCodes.refusal(
                  OPERATION,
                  code,
                  instanceId,
                  ack.executionId(),
                  at(badEvents, index),
                  at(lastEvents, index));
          yield AckResult.rejected(
              refusal == null ? TokenCodes.lost(OPERATION, ack.lockToken(), code) : refusal);
        }
      };
    }

    private static @Nullable Long at(List<@Nullable Long> numbers, int index) {
      return index < numbers.size() ? numbers.get(index) : null;
    }
  }

  /** The arguments of the call. */
  private static final class Arguments {
    private final Columns acks = new Columns(ACKS);
    private final TurnColumns turns = new TurnColumns();
    private final ChangeColumns changes = new ChangeColumns();

    Arguments(List<OrchestrationAck> all) {
      for (OrchestrationAck ack : all) {
        LockToken token = ack.lockToken();
        acks.add(
            MessageColumns.join(
                new @Nullable Object[] {token.instanceId(), token.epoch()},
                turns.add(ack.content())));
        changes.add(ack.changes());
      }
    }

    boolean arePlain() {
      return !changes.any() && turns.arePlain();
    }

    void bind(Connection connection, PreparedStatement statement) throws SQLException {
      if (arePlain()) {
        turns.bindRestOfOne(connection, statement, acks.bindOnlyRow(statement, 1));
      } else {
        int next = turns.bindRest(connection, statement, acks.bind(connection, statement, 1));
        if (changes.any()) {
          changes.bind(connection, statement, next);
        }
      }
    }
  }
}
