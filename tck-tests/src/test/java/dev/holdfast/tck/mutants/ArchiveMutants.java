// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.stream.ArchiveStep;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Archives that take too much, or do not say it. */
final class ArchiveMutants {

  private ArchiveMutants() {}

  /** Of the rules of streams. */
  static List<Mutant> streams() {
    Family family = new Family("STREAM");
    archive(
        family,
        "archives-without-a-snapshot",
        "What no snapshot covers is archived.",
        "STREAM-28: partitions that are dropped by month",
        inner -> {
          StreamArchive right = inner.capability(StreamArchive.class).orElseThrow();
          Snapshots snapshots = inner.capability(Snapshots.class).orElseThrow();
          return (stream, through, schema, limit) -> {
            try {
              return right.archive(stream, through, schema, limit);
            } catch (NotFound uncovered) {
              snapshots.put(new Snapshot(stream, through, schema, Payload.empty()));
              return right.archive(stream, through, schema, limit);
            }
          };
        });
    archive(
        family,
        "archives-more-than-the-limit",
        "A step takes all there is.",
        "STREAM-28: one statement without a limit",
        inner -> {
          StreamArchive right = inner.capability(StreamArchive.class).orElseThrow();
          return (stream, through, schema, limit) -> right.archive(stream, through, schema, 10_000);
        });
    archive(
        family,
        "archived-events-are-counted-twice",
        "Every second step tells one event more than went.",
        "STREAM-31: counted outside of the transaction",
        inner -> {
          StreamArchive right = inner.capability(StreamArchive.class).orElseThrow();
          AtomicInteger calls = new AtomicInteger();
          return (stream, through, schema, limit) -> {
            ArchiveStep step = right.archive(stream, through, schema, limit);
            return new ArchiveStep(step.removed() + calls.getAndIncrement() % 2, step.left());
          };
        });
    reads(
        family,
        "what-is-gone-is-not-said",
        "A page of the log does not say that events are missing.",
        "STREAM-30: a reader takes the rest for everything",
        (streams, page) -> new LogPage(page.events(), page.next(), page.atEnd(), null));
    streams(
        family,
        "the-head-is-the-last-event-left",
        "The head goes back when the newest event is archived.",
        "STREAM-29, ORDER-13: max(position)",
        (right, answer) -> {
          if (!(answer instanceof LogHead head)) {
            return answer;
          }
          LogPage last = right.readLog(LogRead.before(head.position(), 1));
          LogPosition position =
              last.events().isEmpty() ? LogPosition.START : last.events().getFirst().position();
          return new LogHead(position, head.lastRecordedAt(), head.now());
        });
    return family.mutants();
  }

  /** Of the rules of snapshots. */
  static List<Mutant> snapshots() {
    Family family = new Family("SNAPSHOT");
    family.handle(
        "anchors-are-not-marked",
        "A list does not say which snapshot an archiving relied on.",
        "SNAPSHOT-10: a column that is not read",
        inner ->
            new Snaps(inner) {
              @Override
              List<SnapshotInfo> list(StreamId stream, int limit) {
                return super.list(stream, limit).stream()
                    .map(info ->
                        new SnapshotInfo(
                            info.version(), info.schema(), info.size(), info.storedAt(), false))
                    .toList();
              }
            });
    return family.mutants();
  }

  private static void archive(
      Family family,
      String name,
      String what,
      String origin,
      Function<Provider, StreamArchive> broken) {
    family.handle(
        name,
        what,
        origin,
        inner -> {
          StreamArchive archive = broken.apply(inner);
          return new Forwarding(inner) {
            @Override
            public <C extends Capability> Optional<C> capability(Class<C> type) {
              return type == StreamArchive.class
                  ? Optional.of(type.cast(archive))
                  : super.capability(type);
            }
          };
        });
  }

  /** Alters an answer of the streams. */
  @FunctionalInterface
  private interface Altered {
    Object answer(EventStreams right, Object answer);
  }

  private static void reads(
      Family family,
      String name,
      String what,
      String origin,
      BiFunction<EventStreams, LogPage, LogPage> altered) {
    streams(
        family,
        name,
        what,
        origin,
        (right, answer) -> answer instanceof LogPage page ? altered.apply(right, page) : answer);
  }

  private static void streams(
      Family family, String name, String what, String origin, Altered altered) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Forwarding(inner) {
              private final EventStreams right = inner.capability(EventStreams.class).orElseThrow();

              private final Object broken =
                  Proxy.newProxyInstance(
                      EventStreams.class.getClassLoader(),
                      new Class<?>[] {EventStreams.class},
                      (proxy, method, arguments) -> {
                        try {
                          return altered.answer(right, method.invoke(right, arguments));
                        } catch (InvocationTargetException e) {
                          throw e.getCause();
                        }
                      });

              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == EventStreams.class
                    ? Optional.of(type.cast(broken))
                    : super.capability(type);
              }
            });
  }
}
