// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.SnapshotStored;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Snapshots that are put. */
final class PutSnapshotKind implements ChangeKind {

  @Override
  public Feature feature() {
    return Feature.SNAPSHOTS;
  }

  @Override
  public Change any(String id) {
    return new PutSnapshot(Snapped.snapshot(Streamed.stream(id), 1, "schema"));
  }

  @Override
  public boolean isCheap() {
    return false;
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    StreamId stream = Streamed.stream("stream " + store.nextNumber());
    Streamed.first(store).add(stream, 1);
    return new Snaps(this, store, stream);
  }

  /** Each under a schema of its own. */
  private static final class Snaps implements Subject {
    private final ChangeKind kind;
    private final StoreUnderTest store;
    private final StreamId stream;
    private final Set<String> known = new TreeSet<>();

    Snaps(ChangeKind kind, StoreUnderTest store, StreamId stream) {
      this.kind = kind;
      this.store = store;
      this.stream = stream;
    }

    @Override
    public ChangeKind kind() {
      return kind;
    }

    @Override
    public String id() {
      return stream.id();
    }

    @Override
    public Change next() {
      return new PutSnapshot(Snapped.snapshot(stream, 1, "schema " + store.nextNumber()));
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      Snapshot snapshot = ((PutSnapshot) change).snapshot();
      Expect.equal(what, new SnapshotStored(true), result);
      Expect.equal(what, 1L, Snapped.second(store).latest(stream, 1, snapshot.schema()));
    }

    @Override
    public List<Change> overTheLimit(Payload tooLarge) {
      return List.of(new PutSnapshot(new Snapshot(stream, 1, "large", tooLarge)));
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit(
              "a version that is not reached",
              new PutSnapshot(Snapped.snapshot(stream, 2, "schema")),
              VersionConflict.class));
    }

    @Override
    public void expectApplied(String what, List<Change> changes) {
      Set<String> expected = new TreeSet<>(known);
      for (Change change : changes) {
        if (change instanceof PutSnapshot(Snapshot snapshot) && snapshot.stream().equals(stream)) {
          expected.add(snapshot.schema());
        }
      }
      known.clear();
      Snapped.second(store).calls().list(stream, Streamed.PAGE).stream()
          .map(SnapshotInfo::schema)
          .forEach(known::add);
      Expect.equal(what, expected, known);
    }
  }
}
