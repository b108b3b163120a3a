// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.changes;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.jdbc.state.ChangeApplier;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.support.RequestChecks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes without an ack. Thread-safe. */
public final class SqliteChanges implements Changes, ChangeApplier {

  private static final String OPERATION = "apply";

  private final Database database;
  private final RequestChecks checks;

  /**
   * Creates it.
   *
   * @param checks refuse what need not be looked at in the store
   */
  public SqliteChanges(Database database, RequestChecks checks) {
    this.database = database;
    this.checks = checks;
  }

  @Override
  public int maxChanges() {
    return RequestChecks.FEWEST_MAX_CHANGES;
  }

  @Override
  public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
    return apply(OPERATION, changes, fence);
  }

  @Override
  public ChangeResult apply(String operation, Change change, @Nullable Fence fence) {
    return apply(operation, List.of(change), fence).get(0);
  }

  private List<ChangeResult> apply(String operation, List<Change> changes, @Nullable Fence fence) {
    List<Change> all = List.copyOf(changes);
    checks.check(operation, all, fence);
    database.checkOpen(operation);
    if (all.isEmpty() && fence == null) {
      return List.of();
    }
    return database.write(
        operation,
        ChangeSizes.of(all),
        tx -> {
          if (fence != null) {
            Fences.requireLive(tx, operation, fence);
          }
          return ChangeWriter.write(tx, operation, all);
        });
  }
}
