// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.call.TokenCodes;
import dev.holdfast.provider.postgres.connect.Database;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Prolongs locks of both queues, in one statement whatever they are. Thread-safe. */
public final class Renewals {

  private static final String ACTIVITIES =
      ":fn.renew_activities(" + Columns.arguments(ActivityLocks.TOKENS) + ", p_extend_for => ?)";
  private static final String INSTANCES =
      ":fn.renew_orchestrations("
          + Columns.arguments(InstanceLocks.TOKENS)
          + ", p_extend_for => ?)";

  private final Database database;

  public Renewals(Database database) {
    this.database = database;
  }

  /** Prolongs the locks that are live and returns their tokens; the others are lost. */
  public Set<LockToken> renew(String operation, Collection<LockToken> tokens, Duration extendFor) {
    Tokens asked = new Tokens(MessageColumns.micros(extendFor));
    tokens.forEach(asked::add);
    return asked.isEmpty() ? Set.of() : asked.renew(database, operation);
  }

  /** The tokens of one call. Used by one thread. */
  private static final class Tokens {

    private final long extendFor;
    private final List<LockToken> activities = new ArrayList<>();
    private final List<LockToken> instances = new ArrayList<>();
    private final Columns activityColumns = new Columns(ActivityLocks.TOKENS);
    private final Columns instanceColumns = new Columns(InstanceLocks.TOKENS);

    private Tokens(long extendFor) {
      this.extendFor = extendFor;
    }

    private void add(LockToken token) {
      switch (token) {
        case LockToken.OfActivity activity -> {
          activities.add(activity);
          activityColumns.add(
              activity.instanceId(),
              activity.activity().executionId(),
              activity.activity().activityId(),
              activity.epoch());
        }
        case LockToken.OfInstance instance -> {
          instances.add(instance);
          instanceColumns.add(instance.instanceId(), instance.epoch());
        }
      }
    }

    private boolean isEmpty() {
      return activities.isEmpty() && instances.isEmpty();
    }

    /** Renews activities first: rows are locked in that order everywhere. */
    private Set<LockToken> renew(Database database, String operation) {
      List<String> calls = new ArrayList<>();
      if (!activities.isEmpty()) {
        calls.add(ACTIVITIES);
      }
      if (!instances.isEmpty()) {
        calls.add(INSTANCES);
      }
      return database.write(
          operation,
          "SELECT " + String.join(", ", calls),
          (connection, statement) -> {
            int next = 1;
            if (!activities.isEmpty()) {
              next = activityColumns.bind(connection, statement, next);
              statement.setLong(next++, extendFor);
            }
            if (!instances.isEmpty()) {
              next = instanceColumns.bind(connection, statement, next);
              statement.setLong(next, extendFor);
            }
            try (ResultSet rows = statement.executeQuery()) {
              rows.next();
              Set<LockToken> held = new HashSet<>();
              int column = 1;
              if (!activities.isEmpty()) {
                addGood(held, activities, Codes.read(rows, column++));
              }
              if (!instances.isEmpty()) {
                addGood(held, instances, Codes.read(rows, column));
              }
              return held;
            }
          });
    }

    private static void addGood(Set<LockToken> held, List<LockToken> tokens, List<Integer> codes) {
      for (int i = 0; i < tokens.size(); i++) {
        if (codes.get(i) == TokenCodes.GOOD) {
          held.add(tokens.get(i));
        }
      }
    }
  }
}
