// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The turns that come with the elements of one call, and what became of them. Used by one thread.
 */
final class TurnsAhead {

  private static final List<Parameter> ONCE =
      Stream.concat(
              Stream.of("t_on_execution", "t_on_event", "t_on_event_at").map(Type.BIGINT::named),
              TurnColumns.once("t_").stream())
          .toList();

  private final String operation;
  private final RequestChecks checks;
  private final List<Element> elements = new ArrayList<>();
  private final Columns once = new Columns(ONCE);
  private final TurnColumns turns = new TurnColumns();
  private boolean any;

  /** What the store said of a turn; see the part 't' of item_columns. */
  private record Row(int code, long badEvent, long lastEvent) {}

  private final Map<Integer, Row> rows = new HashMap<>();
  private final Map<Integer, Long> tokens = new HashMap<>();
  private boolean leftOver;

  /**
   * An element of the call.
   *
   * @param turn its turn, null for none
   * @param refusal why its turn cannot be applied, null when nothing is known of that
   */
  private record Element(
      String instanceId, @Nullable TurnAhead turn, ProviderError.@Nullable Permanent refusal) {}

  TurnsAhead(String operation, RequestChecks checks) {
    this.operation = operation;
    this.checks = checks;
  }

  /** {@return the call of a function for lists; the other parameters come first} */
  static List<Parameter> parameters() {
    return Stream.concat(ONCE.stream(), TurnColumns.rest("o_").stream()).toList();
  }

  /** {@return the same for one element with a plain turn} */
  static List<Parameter> parametersOfOne() {
    return Stream.concat(ONCE.stream(), TurnColumns.restOfOne().stream()).toList();
  }

  /** {@return the turn of a claim, null for none} */
  static @Nullable TurnAhead of(@Nullable EagerInstance eager) {
    return eager == null ? null : eager.turnAhead();
  }

  /** {@return the messages of a turn} */
  static Stream<OrchestratorMessage> messages(@Nullable TurnAhead turn) {
    return turn == null ? Stream.empty() : turn.content().messages().stream();
  }

  /**
   * {@return how many of the first elements can go together: turns must not depend on each other,
   * nor on what the call stores besides}
   */
  static int together(List<String> instances, List<@Nullable TurnAhead> turns) {
    Set<String> sentTo = new HashSet<>();
    Set<String> before = new HashSet<>();
    for (int i = 0; i < instances.size(); i++) {
      String own = instances.get(i);
      TurnAhead turn = turns.get(i);
      Set<String> others = new HashSet<>();
      if (turn != null) {
        messages(turn).forEach(message -> others.add(message.instanceId()));
        others.remove(own);
      }
      if ((turn != null && sentTo.contains(own)) || others.stream().anyMatch(before::contains)) {
        return i;
      }
      before.add(own);
      before.addAll(others);
      sentTo.addAll(others);
    }
    return instances.size();
  }

  /** Adds the turn of the next element, null for none. */
  void add(String instanceId, @Nullable TurnAhead turn) {
    ProviderError.Permanent refusal =
        turn == null ? null : checks.refusal(operation, instanceId, turn);
    elements.add(new Element(instanceId, turn, refusal));
    TurnAhead sent = refusal == null ? turn : null;
    any |= sent != null;
    once.add(
        MessageColumns.join(
            sent == null
                ? new @Nullable Object[3]
                : new @Nullable Object[] {
                  sent.onExecutionId(), sent.onLastEventId(), micros(sent.onLastEventAt())
                },
            turns.add(sent == null ? null : sent.content())));
  }

  private static @Nullable Long micros(@Nullable Instant moment) {
    return moment == null ? null : StoreTime.toMicros(moment);
  }

  /** {@return whether there is a turn for the store} */
  boolean any() {
    return any;
  }

  /** {@return whether there is one element, whose turn concerns only its own instance} */
  boolean isPlain() {
    return turns.arePlain();
  }

  /** Sets the arguments of a statement, which is for one element or not, from an index on. */
  void bind(boolean one, Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    if (one) {
      turns.bindRestOfOne(connection, statement, once.bindOnlyRow(statement, first));
    } else {
      turns.bindRest(connection, statement, once.bind(connection, statement, first));
    }
  }

  /** Reads a row of the result; returns false when it does not tell of turns. */
  boolean read(ResultSet row) throws SQLException {
    int element = (int) ItemColumn.ELEMENT.number(row) - 1;
    switch (ItemColumn.PART.text(row)) {
      case "t" -> {
        rows.put(
            element,
            new Row(
                (int) ItemColumn.CODE.number(row),
                ItemColumn.EVENT_ID.number(row),
                ItemColumn.LAST_EVENT_ID.number(row)));
        leftOver |= ItemColumn.DISCARD_IF_UNKNOWN.flag(row);
      }
      case "k" -> tokens.put(element, ItemColumn.TOKEN.number(row));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** {@return whether an instance has messages left that may be deliverable} */
  boolean leftOver() {
    return leftOver;
  }

  /** {@return what became of the turn of an element; null when it was not used} */
  @Nullable AckResult result(int index) {
    Element element = elements.get(index);
    if (element.refusal() != null) {
      return AckResult.rejected(element.refusal());
    }
    Row row = rows.get(index);
    if (row == null || element.turn() == null) {
      return null;
    }
    ProviderError.Permanent refusal =
        TurnCodes.refusal(
            operation,
            row.code(),
            element.instanceId(),
            element.turn().content().executionId(),
            row.badEvent(),
            row.lastEvent());
    return refusal == null
        ? new AckResult.Applied(turns.claims().items(index, tokens::get), null)
        : AckResult.rejected(refusal);
  }
}
