// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.changes.ChangeColumns;
import dev.holdfast.provider.postgres.changes.StoredResults;
import dev.holdfast.provider.postgres.queue.OrchestrationFetches.Instances;
import dev.holdfast.provider.postgres.queue.OrchestrationFetches.Raw;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The claims of one call, element by element. Used by one thread. */
final class EagerInstanceCalls {

  private static final List<Parameter> PARAMETERS =
      List.of(Type.BIGINT.named("k_lock_for"), Type.INTEGER.named("k_inline"));

  /** Only functions for lists take filters. */
  private static final List<Parameter> FILTER = List.of(Type.TEXT.named("k_versions"));

  private final Columns columns = new Columns(PARAMETERS);
  private final Columns filters = new Columns(FILTER);
  private boolean any;
  private boolean anyFilter;

  /**
   * {@return the call of a function that claims as well; {@code front} are its other parameters}
   */
  static String sql(String function, List<Parameter> front) {
    return sql(function, front, List.of());
  }

  /** {@return the call of a function that takes turns ahead too; {@code turns} are its last} */
  static String sql(String function, List<Parameter> front, List<Parameter> turns) {
    return sql(function, front, FILTER, turns);
  }

  /** {@return the same of a function for one element, which takes no filters} */
  static String sqlOfOne(String function, List<Parameter> front, List<Parameter> turns) {
    return sql(function, front, List.of(), turns);
  }

  private static String sql(
      String function, List<Parameter> front, List<Parameter> filter, List<Parameter> turns) {
    return "SELECT "
        + ItemColumn.ALL
        + " FROM "
        + function
        + "("
        + Columns.arguments(front, PARAMETERS, filter, turns)
        + ")";
  }

  /** Adds the claim of the next element, null for none. */
  void add(@Nullable EagerInstance eager) {
    any |= eager != null;
    anyFilter |= eager != null && eager.versionFilter() != null;
    filters.add(eager == null ? null : Versions.encode(eager.versionFilter()));
    columns.add(
        eager == null ? null : MessageColumns.micros(eager.lockFor()),
        eager == null ? null : eager.inlineHistory());
  }

  /** {@return whether a function for one element can take them, with a turn or without} */
  boolean isOne(@Nullable TurnsAhead turns) {
    boolean single = (turns == null || !turns.any()) ? columns.rows() == 1 : turns.isPlain();
    return !anyFilter && single;
  }

  /** {@return whether anything is asked for} */
  boolean any() {
    return any;
  }

  /**
   * Sets the arguments of a statement and reads its result.
   *
   * @param front the arguments in front of the claims, one row per element
   * @param turns the turns, which learn what became of them; null for none
   */
  Claimed execute(
      Columns front, @Nullable TurnsAhead turns, Connection connection, PreparedStatement statement)
      throws SQLException {
    return execute(front, turns, null, connection, statement);
  }

  /** The same with changes behind the claims, and no turns; null for none. */
  Claimed execute(
      Columns front,
      @Nullable TurnsAhead turns,
      @Nullable ChangeColumns changes,
      Connection connection,
      PreparedStatement statement)
      throws SQLException {
    TurnsAhead sent = turns == null || !turns.any() ? null : turns;
    boolean one = changes == null && isOne(turns);
    int next = one ? front.bindOnlyRow(statement, 1) : front.bind(connection, statement, 1);
    next = one ? columns.bindOnlyRow(statement, next) : columns.bind(connection, statement, next);
    if (!one) {
      next = filters.bind(connection, statement, next);
    }
    if (changes != null) {
      changes.bind(connection, statement, next);
    } else if (sent != null) {
      sent.bind(one, connection, statement, next);
    }
    try (ResultSet rows = statement.executeQuery()) {
      return Claimed.read(rows, columns.rows(), turns);
    }
  }

  /** What the store returned; see claimed_rows. */
  static final class Claimed {
    private final Integer[] codes;
    private final List<Optional<OrchestrationItem>> items = new ArrayList<>();
    private final List<LockToken.OfInstance> unreadable = new ArrayList<>();
    private final StoredResults changed = new StoredResults();

    private Claimed(int elements) {
      codes = new Integer[elements];
    }

    private static Claimed read(ResultSet rows, int elements, @Nullable TurnsAhead turns)
        throws SQLException {
      Claimed claimed = new Claimed(elements);
      @Nullable Long[] keys = new @Nullable Long[elements];
      Instances instances = new Instances();
      while (rows.next()) {
        if (ItemColumn.PART.text(rows).equals("h")) {
          long number = ItemColumn.TOKEN.number(rows);
          claimed.changed.add(rows.wasNull() ? null : number, ItemColumn.NAME.text(rows));
        } else if (!instances.read(rows) && (turns == null || !turns.read(rows))) {
          int element = (int) ItemColumn.ELEMENT.number(rows) - 1;
          claimed.codes[element] = (int) ItemColumn.CODE.number(rows);
          long key = ItemColumn.INSTANCE_KEY.number(rows);
          keys[element] = rows.wasNull() ? null : key;
        }
      }
      for (Long key : keys) {
        claimed.items.add(key == null ? Optional.empty() : claimed.item(instances.get(key)));
      }
      return claimed;
    }

    private Optional<OrchestrationItem> item(Raw instance) throws SQLException {
      try {
        return Optional.of(instance.item());
      } catch (CorruptData e) {
        unreadable.add(instance.token());
        return Optional.empty();
      }
    }

    /** {@return what the results of changes are made of} */
    StoredResults changed() {
      return changed;
    }

    /** {@return the code of each element} */
    List<Integer> codes() {
      return List.of(codes);
    }

    /**
     * Returns the item of each element. An instance that cannot be read is given back as if it had
     * not been claimed: the call itself has succeeded, and a fetch will report it (ERR-11).
     */
    List<Optional<OrchestrationItem>> items(String operation, InstanceLocks locks) {
      for (LockToken.OfInstance token : unreadable) {
        try {
          locks.abandon(operation, token, AbandonOptions.now().uncounted());
        } catch (ProviderError e) {
          // The lock ends by itself. A committed call must not look as if it had failed.
        }
      }
      return items;
    }
  }
}
