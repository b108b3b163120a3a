// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;

/** Rows of projections that are put. */
final class UpdateProjectionKind implements ChangeKind {

  @Override
  public Feature feature() {
    return Feature.PROJECTIONS;
  }

  @Override
  public Change any(String id) {
    return Projected.inline(id, Projected.put("row", "value"));
  }

  @Override
  public Class<? extends Permanent> refusalOfRepeats() {
    return VersionConflict.class;
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    String projection = "projection " + store.nextNumber();
    Projected.first(store).create(projection, 0);
    return new Rows(this, store, projection);
  }

  /** Each a row of its own, which was not there. */
  private static final class Rows implements Subject {
    private final ChangeKind kind;
    private final StoreUnderTest store;
    private final String projection;
    private List<String> known = List.of();

    Rows(ChangeKind kind, StoreUnderTest store, String projection) {
      this.kind = kind;
      this.store = store;
      this.projection = projection;
    }

    @Override
    public ChangeKind kind() {
      return kind;
    }

    @Override
    public String id() {
      return projection;
    }

    @Override
    public Change next() {
      String key = "row %08d".formatted(store.nextNumber());
      return Projected.inline(projection, new RowChange.Put(key, Projected.text(key), 0L));
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      String key = keyOf(change);
      Projected b = Projected.second(store);
      Expect.equal(what, new ProjectionUpdated(List.of(b.version(projection, null, key))), result);
      Expect.equal(what, key, b.value(projection, null, key));
    }

    @Override
    public List<Change> overTheLimit(Payload tooLarge) {
      return List.of(Projected.inline(projection, RowChange.put("large", tooLarge)));
    }

    @Override
    public List<Misfit> misfits() {
      RowChange row = Projected.put("misfit", "value");
      return List.of(
          new Misfit(
              "a row that was not seen",
              Projected.inline(
                  projection, new RowChange.Put("misfit", Projected.text("value"), 1_000_000L)),
              VersionConflict.class),
          new Misfit(
              "an unknown generation",
              UpdateProjection.inline(projection, 2, List.of(row)),
              NotFound.class),
          new Misfit(
              "a position that is not parked",
              new UpdateProjection(
                  projection, 1, List.of(row), null, List.of(), List.of(LogPosition.START)),
              NotFound.class),
          new Misfit(
              "a checkpoint behind the head",
              Projected.moving(
                  projection,
                  1,
                  LogPosition.START,
                  Projected.behind(Projected.first(store).head()),
                  row),
              InvalidRequest.class));
    }

    @Override
    public void expectApplied(String what, List<Change> changes) {
      List<String> expected = new ArrayList<>(known);
      changes.stream()
          .filter(change ->
              change instanceof UpdateProjection update && update.projection().equals(projection))
          .map(Rows::keyOf)
          .forEach(expected::add);
      Projected b = Projected.second(store);
      known = Projected.keys(b.all(projection, null));
      Expect.equal(what, expected.stream().sorted().toList(), known);
      Expect.equal(what, LogPosition.START, b.checkpoint(projection, 1));
    }

    private static String keyOf(Change change) {
      return ((UpdateProjection) change).rows().getFirst().key();
    }
  }
}
