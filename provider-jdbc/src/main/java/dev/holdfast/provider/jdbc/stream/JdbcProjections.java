// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.jdbc.admin.AdminStore;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.jdbc.state.ChangeApplier;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowAnswer;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.ProjectionChecks;
import dev.holdfast.provider.support.ProjectionErrors;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Projections on the rows of a store. The table {@code projection} has {@code projection_key},
 * {@code name}, {@code live} and {@code newest}; {@code generation} has {@code generation_key},
 * {@code projection_key}, {@code generation} and {@code dropped}, which is 1 from the first step of
 * a drop on. By generation key, {@code checkpoint} has {@code shard}, {@code position} and {@code
 * updated_at}; {@code projection_row} has {@code key}, {@code version}, {@code size} and {@code
 * value}; {@code parked_event} has {@code position}, {@code category}, {@code id}, {@code version},
 * {@code attempts}, {@code error} and {@code parked_at}. Thread-safe.
 */
public final class JdbcProjections implements Projections {

  private static final byte[] NO_BYTES = {};

  private final AdminStore store;
  private final ProjectionRows rows;
  private final ChangeApplier changes;
  private final RequestChecks requests;
  private final ProjectionChecks checks;

  /**
   * Creates the calls of one handle.
   *
   * @param store the store to ask
   * @param rows writes what is no change
   * @param changes applies updates
   * @param checks what it refuses
   */
  public JdbcProjections(
      AdminStore store, ProjectionRows rows, ChangeApplier changes, RequestChecks checks) {
    this.store = store;
    this.rows = rows;
    this.changes = changes;
    requests = checks;
    this.checks = checks.streams().projections();
  }

  @Override
  public int create(String projection, int newest, int shards, LogPosition startAfter) {
    String operation = "create";
    checks.checkCreate(operation, projection, newest, shards, startAfter);
    rows.create(operation, projection, newest, shards, EventReader.number(operation, startAfter));
    return newest + 1;
  }

  @Override
  public Optional<ProjectionInfo> projection(String projection) {
    String operation = "projection";
    checks.checkProjection(operation, projection);
    List<InfoRow> found =
        store.query(operation, ProjectionSql.INFO, List.of(projection), InfoRow::of);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ProjectionInfo(
                projection, found.get(0).live(), found.get(0).newest(), generations(found)));
  }

  /** A shard, with what is said of its generation and projection. */
  private record InfoRow(
      int live, int newest, int generation, int shard, ShardInfo info, long parked) {
    static InfoRow of(ResultSet row) throws SQLException {
      return new InfoRow(
          row.getInt(1),
          row.getInt(2),
          row.getInt(3),
          row.getInt(4),
          new ShardInfo(EventReader.position(row.getLong(5)), StoreTime.fromMicros(row.getLong(6))),
          row.getLong(7));
    }
  }

  private static List<GenerationInfo> generations(List<InfoRow> rows) {
    Map<Integer, List<InfoRow>> byGeneration = new TreeMap<>();
    rows.stream()
        .sorted(Comparator.comparingInt(InfoRow::shard))
        .forEach(row ->
            byGeneration
                .computeIfAbsent(row.generation(), generation -> new ArrayList<>())
                .add(row));
    return byGeneration.entrySet().stream()
        .map(entry ->
            new GenerationInfo(
                entry.getKey(),
                entry.getValue().stream().map(InfoRow::info).toList(),
                entry.getValue().stream().mapToLong(InfoRow::parked).sum()))
        .toList();
  }

  @Override
  public List<String> projections() {
    return store.query("projections", ProjectionSql.NAMES, List.of(), row -> row.getString(1));
  }

  @Override
  public ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
    return (ProjectionUpdated) changes.apply("update", update, fence);
  }

  @Override
  public ProjectionUpdated update(
      Connection connection, UpdateProjection update, @Nullable Fence fence) {
    String operation = "update";
    requests.check(operation, List.of(update), fence);
    return rows.update(operation, connection, update, fence);
  }

  @Override
  public void makeLive(String projection, int generation, int live, @Nullable LogPosition atLeast) {
    String operation = "makeLive";
    checks.checkMakeLive(operation, projection, generation, live);
    rows.makeLive(
        operation,
        projection,
        generation,
        live,
        atLeast == null ? null : EventReader.number(operation, atLeast));
  }

  @Override
  public DropStep drop(String projection, int generation, int limit) {
    String operation = "drop";
    checks.checkDrop(operation, projection, generation, limit);
    return rows.drop(operation, projection, generation, limit);
  }

  @Override
  public RowAnswer row(String projection, @Nullable Integer generation, String key) {
    String operation = "row";
    checks.checkRow(operation, projection, generation, key);
    Found found =
        find(operation, projection, generation, ProjectionSql.row(projection, generation, key));
    return new RowAnswer(
        found.generation(),
        found.checkpoints(),
        found.rows().isEmpty() ? null : found.rows().get(0));
  }

  @Override
  public RowPage rows(RowRead read) {
    String operation = "rows";
    checks.check(operation, read);
    Found found =
        find(
            operation,
            read.projection(),
            read.generation(),
            ProjectionSql.page(
                read.projection(),
                read.generation(),
                read.keyPrefix(),
                read.afterKey(),
                read.limit(),
                LogReads.MOST_BYTES));
    List<ProjectionRow> page =
        found.rows().stream()
            .sorted(Comparator.comparing(ProjectionRow::key, IdOrder.BY_CODE_POINT))
            .toList();
    boolean more = found.outOf() > page.size();
    return new RowPage(
        found.generation(),
        found.checkpoints(),
        page,
        more ? page.get(page.size() - 1).key() : null);
  }

  /** What a read has found; {@code outOf} is how many rows there were to choose from. */
  private record Found(
      int generation, List<LogPosition> checkpoints, List<ProjectionRow> rows, int outOf) {}

  /** A checkpoint, or a row if there is one. */
  private record Part(
      int generation, int shard, long position, int outOf, @Nullable ProjectionRow row) {}

  private Found find(
      String operation,
      String projection,
      @Nullable Integer generation,
      ProjectionSql.Query query) {
    List<Part> parts =
        store.query(
            operation, query.sql(), query.parameters(), row -> part(operation, projection, row));
    if (parts.isEmpty()) {
      throw notFound(operation, projection, generation);
    }
    List<LogPosition> checkpoints =
        parts.stream()
            .filter(part -> part.row() == null)
            .sorted(Comparator.comparingInt(Part::shard))
            .map(part -> EventReader.position(part.position()))
            .toList();
    List<ProjectionRow> found = parts.stream().map(Part::row).filter(Objects::nonNull).toList();
    int outOf = parts.stream().mapToInt(Part::outOf).max().orElse(0);
    return new Found(parts.get(0).generation(), checkpoints, found, outOf);
  }

  private static Part part(String operation, String projection, ResultSet row) throws SQLException {
    int shard = row.getInt(2);
    int generation = row.getInt(1);
    return new Part(
        generation,
        shard,
        row.getLong(3),
        row.getInt(8),
        shard < 0 ? readRow(operation, projection, generation, row) : null);
  }

  private static ProjectionRow readRow(
      String operation, String projection, int generation, ResultSet row) throws SQLException {
    byte[] bytes = row.getBytes(7);
    Payload value = Payload.of(bytes == null ? NO_BYTES : bytes);
    if (value.size() != row.getLong(6)) {
      throw ProjectionErrors.unreadable(operation, projection, generation, row.getString(4), null);
    }
    return new ProjectionRow(row.getString(4), value, row.getLong(5));
  }

  private NotFound notFound(String operation, String projection, @Nullable Integer generation) {
    boolean known =
        !store
            .query(operation, ProjectionSql.EXISTS, List.of(projection), row -> row.getInt(1))
            .isEmpty();
    return known && generation != null
        ? ProjectionErrors.noGeneration(operation, projection, generation)
        : ProjectionErrors.noProjection(operation, projection);
  }

  @Override
  public List<ParkedEvent> parked(String projection, int generation, LogPosition after, int limit) {
    String operation = "parked";
    checks.checkParked(operation, projection, generation, limit);
    ProjectionSql.Query query = ProjectionSql.parked(projection, generation, after.major(), limit);
    List<Optional<ParkedEvent>> found =
        store.query(
            operation,
            query.sql(),
            query.parameters(),
            row ->
                row.getLong(1) == 0
                    ? Optional.empty()
                    : Optional.of(parked(operation, projection, row)));
    if (found.isEmpty()) {
      throw notFound(operation, projection, generation);
    }
    return found.stream()
        .flatMap(Optional::stream)
        .sorted(Comparator.comparing(ParkedEvent::position))
        .toList();
  }

  private static ParkedEvent parked(String operation, String projection, ResultSet row)
      throws SQLException {
    LogPosition position = EventReader.position(row.getLong(1));
    return Decoding.decode(
        operation,
        null,
        "what is parked of %s in projection %s".formatted(position, projection),
        () ->
            new ParkedEvent(
                position,
                new StreamId(row.getString(2), row.getString(3)),
                row.getLong(4),
                row.getInt(5),
                row.getString(6),
                StoreTime.fromMicros(row.getLong(7))));
  }
}
