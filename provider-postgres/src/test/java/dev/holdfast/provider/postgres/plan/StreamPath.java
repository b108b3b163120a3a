// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.ArchiveStep;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.words.Expect;
import java.util.List;

/** Every call of streams, snapshots and archiving. Not thread-safe. */
public final class StreamPath {

  private final EventStreams streams;
  private final Changes changes;
  private final Snapshots snapshots;
  private final StreamArchive archive;
  private final StreamId stream;

  /**
   * Prepares the calls.
   *
   * @param id the id of a stream that does not exist
   */
  public StreamPath(Provider provider, String id) {
    streams = provider.capability(EventStreams.class).orElseThrow();
    changes = provider.capability(Changes.class).orElseThrow();
    snapshots = provider.capability(Snapshots.class).orElseThrow();
    archive = provider.capability(StreamArchive.class).orElseThrow();
    stream = new StreamId("path", id);
  }

  private static NewEvent event(String type) {
    return NewEvent.builder(type, Payload.utf8(type))
        .correlationId("correlation")
        .causationId("cause")
        .tag("key", "value")
        .build();
  }

  /** Makes the calls, and leaves a stream with an event and a snapshot. */
  public void run() {
    Appended first =
        streams.append(AppendEvents.of(stream, Expected.noStream(), event("one")).withKey("key"));
    Expect.that(
        "",
        streams
            .append(AppendEvents.of(stream, Expected.noStream(), event("one")).withKey("key"))
            .repeated());
    changes.apply(
        List.of(
            AppendEvents.of(stream, Expected.exists(), event("two"), event("three")),
            AppendEvents.of(stream, Expected.exactly(3), event("four")).withKey("other")));
    try {
      streams.append(AppendEvents.of(stream, Expected.exactly(1), event("never")));
      Expect.that("", false);
    } catch (VersionConflict e) {
      Expect.equal("", 4L, e.foundVersion());
    }
    Expect.equal("", 1, streams.readStream(stream, 4, Direction.BACKWARDS, 1).events().size());
    Expect.equal("", 4, streams.readStream(stream, 1, Direction.FORWARDS, 9).events().size());
    Expect.that("", streams.stream(stream).isPresent());
    Expect.equal("", 1, streams.streams("path", null, 1).streams().size());
    Expect.equal("", 1L, streams.versionAt(stream, first.recordedAt()) > 0 ? 1L : 0L);
    Expect.that("", streams.positionAt(first.recordedAt()).isAfter(LogPosition.START));
    readLog(first);
    streams.explainStall();
    archive();
  }

  private void archive() {
    Snapshot snapshot = new Snapshot(stream, 4, "state", Payload.utf8("state"));
    Expect.that("", snapshots.put(snapshot));
    Expect.that("", !snapshots.put(snapshot));
    Expect.that("", snapshots.latestAtOrBefore(stream, 9, "state").isPresent());
    Expect.equal("", new ArchiveStep(3, 1), archive.archive(stream, 4, "state", 3));
    Expect.equal("", 0, snapshots.prune(stream, "state", 0));
    Expect.equal("", 1, snapshots.list(stream, 9).size());
    Expect.equal("", 4L, streams.readStream(stream, 1, Direction.FORWARDS, 9).firstVersion());
  }

  private void readLog(Appended first) {
    LogPosition head = streams.head().position();
    LogRead tail = LogRead.after(first.firstPosition(), 2);
    Expect.equal("", 2, streams.readLog(tail).events().size());
    Expect.that("", streams.readLog(LogRead.after(head, 1)).atEnd());
    Expect.equal("", 1, streams.readLog(LogRead.before(head, 1)).events().size());
    LogRead start = LogRead.after(LogPosition.START, 1);
    for (LogFilter filter :
        List.of(
            LogFilter.builder().types("one").build(),
            LogFilter.builder().tag("key", "value").build(),
            LogFilter.builder().correlationId("correlation").causationId("cause").build(),
            LogFilter.builder().categories("path", "unknown").tag("key", "value").build(),
            LogFilter.builder()
                .types("one")
                .recorded(new TimeRange(first.recordedAt(), null))
                .build())) {
      Expect.equal("", 1, streams.readLog(start.matching(filter)).events().size());
    }
  }
}
