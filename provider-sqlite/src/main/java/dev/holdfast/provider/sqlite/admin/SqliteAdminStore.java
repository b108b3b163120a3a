// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.LockFacts.Holder;
import dev.holdfast.provider.jdbc.admin.AdminStore;
import dev.holdfast.provider.sqlite.owner.Owners;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.support.StoreTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The questions of an operator to one file: read on connections that never wait for the writer.
 * Thread-safe.
 */
public final class SqliteAdminStore implements AdminStore {

  /**
   * So many are read and sorted in the time in which a walk along the list passes as many others.
   */
  private static final int FEW = 10_000;

  private final Database database;
  private final @Nullable Owners owners;

  /**
   * Creates it.
   *
   * @param owners who holds locks; null when nobody keeps account of it
   */
  public SqliteAdminStore(Database database, @Nullable Owners owners) {
    this.database = database;
    this.owners = owners;
  }

  @Override
  public <T> List<T> query(
      String operation,
      String sql,
      List<? extends @Nullable Object> parameters,
      RowReader<T> reader) {
    String text = sql.replace(":schema.", "holdfast_");
    return database.read(
        operation, session -> session.list(text, reader::read, parameters.toArray()));
  }

  /** Of the statuses that have an index. */
  @Override
  public boolean fewAre(ExecutionStatus status) {
    return switch (status) {
      case RUNNING, FAILED -> {
        Long count = database.read("list", session -> session.number(count(status)));
        yield count != null && count <= FEW;
      }
      case COMPLETED, CONTINUED_AS_NEW -> false;
    };
  }

  private static String count(ExecutionStatus status) {
    return "SELECT count(*) FROM (SELECT 1 FROM holdfast_execution WHERE status = '%s' LIMIT %d)"
        .formatted(status.name(), FEW + 1);
  }

  @Override
  public String locks() {
    return "(SELECT instance_key, lock_epoch, locked_until, delivery_count, lock_owner - lock_epoch"
        + " AS owner FROM holdfast_instance)";
  }

  @Override
  public String now() {
    return "?";
  }

  @Override
  public List<Long> nowParameters() {
    return List.of(StoreTime.toMicros(database.clock().instant()));
  }

  @Override
  public String among(String column) {
    return column + " IN (SELECT a.value FROM json_each(?) a)";
  }

  @Override
  public String along(String table, String index) {
    return table + " INDEXED BY holdfast_" + index;
  }

  /** All of them are in the queue. */
  @Override
  public String posted() {
    return "(SELECT NULL AS instance_id, NULL AS visible_at, NULL AS start_name WHERE 0)";
  }

  @Override
  public String pin() {
    return "i.pin";
  }

  @Override
  public String activityOwner() {
    return "a.lock_owner - a.lock_epoch";
  }

  @Override
  public String holderOf(String owner) {
    return "CAST(" + owner + " AS TEXT)";
  }

  /** Locks by code that knows no owners are marked with a number that is none. */
  @Override
  public Holder holder(@Nullable String read) {
    long owner = read == null ? Owners.NOBODY : Long.parseLong(read);
    return owners == null || owner <= Owners.NOBODY ? Holder.UNKNOWN : owners.holder(owner);
  }
}
