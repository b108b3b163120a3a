// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Snapshots that lie about what they contain, or are taken away. */
final class SnapshotMutants {

  private SnapshotMutants() {}

  static List<Mutant> all() {
    Family family = new Family("SNAPSHOT");
    puts(family);
    reads(family);
    return family.mutants();
  }

  private static void puts(Family family) {
    family.handle(
        "snapshots-are-declared-and-not-found",
        "Snapshots are declared and not found.",
        "SNAPSHOT-01: the lookup does not know them",
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == Snapshots.class ? Optional.empty() : super.capability(type);
              }
            });
    family.handle(
        "states-are-cut",
        "The last byte of a state is lost.",
        "SNAPSHOT-02: a buffer that is one byte too short",
        inner ->
            new Snaps(inner) {
              @Override
              Snapshot written(Snapshot snapshot) {
                byte[] bytes = snapshot.state().toByteArray();
                return new Snapshot(
                    snapshot.stream(),
                    snapshot.version(),
                    snapshot.schema(),
                    Payload.of(Arrays.copyOf(bytes, Math.max(0, bytes.length - 1))));
              }
            });
    family.handle(
        "older-ones-are-dropped",
        "A snapshot that is older than the newest one is not stored.",
        "SNAPSHOT-04: one row per stream",
        inner ->
            new Snaps(inner) {
              @Override
              boolean put(Snapshot snapshot) {
                return right
                        .latestAtOrBefore(snapshot.stream(), Long.MAX_VALUE, snapshot.schema())
                        .filter(newest -> newest.snapshot().version() > snapshot.version())
                        .isPresent()
                    || super.put(snapshot);
              }
            });
    family.handle(
        "the-last-one-stays",
        "A second snapshot of a version replaces the first.",
        "SNAPSHOT-05: an upsert",
        inner ->
            new Snaps(inner) {
              @Override
              boolean put(Snapshot snapshot) {
                boolean there =
                    right
                        .latestAtOrBefore(snapshot.stream(), snapshot.version(), snapshot.schema())
                        .filter(found -> found.snapshot().version() == snapshot.version())
                        .isPresent();
                if (there && right.list(snapshot.stream(), 100).size() == 1) {
                  right.prune(snapshot.stream(), snapshot.schema(), 0);
                  super.put(snapshot);
                  return false;
                }
                return super.put(snapshot);
              }
            });
    family.handle(
        "every-put-is-told-as-stored",
        "A snapshot that was there before is told as stored.",
        "SNAPSHOT-05: the answer of an insert that did nothing",
        inner ->
            new Snaps(inner) {
              @Override
              boolean put(Snapshot snapshot) {
                super.put(snapshot);
                return true;
              }
            });
    family.handle(
        "versions-that-come-are-taken",
        "A snapshot of a version that is not reached is stored under the last one.",
        "SNAPSHOT-06: a clock as a version",
        inner ->
            new Snaps(inner) {
              @Override
              boolean put(Snapshot snapshot) {
                try {
                  return super.put(snapshot);
                } catch (VersionConflict ahead) {
                  return ahead.foundVersion() > 0
                      && super.put(
                          new Snapshot(
                              snapshot.stream(),
                              ahead.foundVersion(),
                              snapshot.schema(),
                              snapshot.state()));
                }
              }
            });
    family.handle(
        "schemas-are-folded",
        "Schemas that differ in case are one.",
        "SNAPSHOT-07: a collation without case",
        inner ->
            new Snaps(inner) {
              @Override
              Snapshot written(Snapshot snapshot) {
                return new Snapshot(
                    snapshot.stream(),
                    snapshot.version(),
                    snapshot.schema().toLowerCase(Locale.ROOT),
                    snapshot.state());
              }
            });
    family.handle(
        "snapshots-stay-when-their-list-is-refused",
        "The snapshots of a list are stored before the rest is looked at.",
        "SNAPSHOT-08: a connection of their own",
        inner ->
            new Snaps(inner) {
              @Override
              List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
                if (list.size() == 3 && list.get(2) instanceof PutSnapshot) {
                  super.apply(list.subList(0, 2), fence);
                }
                return super.apply(list, fence);
              }
            });
    family.handle(
        "snapshots-are-looked-at-by-appends",
        "An append to a stream with a snapshot needs no right version.",
        "SNAPSHOT-11: the version of the stream is that of its snapshot",
        inner ->
            new Snaps(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                Optional<C> found = super.capability(type);
                return type == EventStreams.class
                    ? found.map(streams -> type.cast(lenient(right, (EventStreams) streams)))
                    : found;
              }
            });
  }

  /** Appends to streams with snapshots whatever they expect. */
  private static Object lenient(Snapshots snapshots, EventStreams right) {
    return Proxy.newProxyInstance(
        Snapshots.class.getClassLoader(),
        new Class<?>[] {EventStreams.class},
        (proxy, method, arguments) -> {
          @Nullable Object[] given = arguments == null ? new @Nullable Object[0] : arguments;
          if (given.length == 1
              && given[0] instanceof AppendEvents append
              && !snapshots.list(append.stream(), 1).isEmpty()) {
            given[0] =
                new AppendEvents(append.stream(), Expected.any(), append.events(), append.key());
          }
          try {
            return method.invoke(right, given);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static void reads(Family family) {
    family.handle(
        "newer-ones-are-answered",
        "A snapshot behind the bound is answered.",
        "SNAPSHOT-03: the latest one, whatever the bound",
        inner ->
            new Snaps(inner) {
              @Override
              Optional<StoredSnapshot> latest(StreamId stream, long version, String schema) {
                return super.latest(stream, version + 1, schema);
              }
            });
    family.handle(
        "one-too-many-is-pruned",
        "A prune keeps one less than it is told.",
        "SNAPSHOT-09: off by one",
        inner ->
            new Snaps(inner) {
              @Override
              int prune(StreamId stream, String schema, int keep) {
                return super.prune(stream, schema, keep == 3 ? 2 : keep);
              }
            });
    family.handle(
        "all-schemas-are-pruned",
        "A prune takes from all schemas.",
        "SNAPSHOT-07, SNAPSHOT-09: a condition is forgotten",
        inner ->
            new Snaps(inner) {
              @Override
              int prune(StreamId stream, String schema, int keep) {
                for (SnapshotInfo info : right.list(stream, 100)) {
                  if (!info.schema().equals(schema)) {
                    super.prune(stream, info.schema(), 0);
                  }
                }
                return super.prune(stream, schema, keep);
              }
            });
    family.handle(
        "damaged-snapshots-are-none",
        "A snapshot that cannot be read is answered as none.",
        "SNAPSHOT-12: the error is caught",
        inner ->
            new Snaps(inner) {
              @Override
              Optional<StoredSnapshot> latest(StreamId stream, long version, String schema) {
                try {
                  return super.latest(stream, version, schema);
                } catch (CorruptData damaged) {
                  return Optional.empty();
                }
              }
            });
    family.handle(
        "puts-race",
        "Of racing puts several are told as stored.",
        "SNAPSHOT-05: look, then insert",
        inner ->
            new Snaps(inner) {
              @Override
              boolean put(Snapshot snapshot) {
                boolean known =
                    right
                        .latestAtOrBefore(snapshot.stream(), snapshot.version(), snapshot.schema())
                        .filter(found -> found.snapshot().version() == snapshot.version())
                        .isPresent();
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
                super.put(snapshot);
                return !known;
              }
            });
  }
}
