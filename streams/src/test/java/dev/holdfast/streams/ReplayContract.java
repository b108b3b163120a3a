// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Counter.Added;
import dev.holdfast.streams.event.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Replays: what a stream was at any version or moment, however it is computed. */
abstract class ReplayContract extends StoreContract {

  private static final String CATEGORY = "replayed";

  private EventSourcing.Builder manual() {
    return EventSourcing.builder(provider).snapshotEvery(0).cachedStates(0);
  }

  private Repository<Counter, Long, Added> counters() {
    return closing(manual().build()).repository(Counter.aggregate(CATEGORY));
  }

  private EventStreams streams() {
    return provider.capability(EventStreams.class).orElseThrow();
  }

  /** A stream of events that add 1, 2, 3 and so on, with snapshots at some versions. */
  private void fill(Repository<Counter, Long, Added> counters, String id, long last, Long... at) {
    List<Long> snapshots = List.of(at);
    for (long v = 1; v <= last; v++) {
      counters.execute(id, v);
      if (snapshots.contains(v)) {
        assertThat(counters.snapshot(id)).isEqualTo(v);
      }
    }
  }

  private static Counter sum(long through) {
    return new Counter(LongStream.rangeClosed(1, through).sum());
  }

  @Test
  @Promise("ES-13")
  void aReplayTellsExactlyWhatItHasRead() {
    String id = id("told");
    Repository<Counter, Long, Added> counters =
        closing(manual().build())
            .repository(Counter.builder(CATEGORY).isComplete(s -> s.value() >= 91).build());
    fill(counters, id, 14, 5L, 10L);
    record Case(Replay<Counter, Added> replay, long version, Long snapshot, int pages) {}
    Replay<Counter, Added> debug = counters.replay(id).debug();
    for (Case one :
        List.of(
            new Case(debug, 14, 10L, 1),
            new Case(debug.withoutSnapshots(), 14, null, 1),
            new Case(debug.withoutSnapshots().pageSize(5), 14, null, 3),
            new Case(debug.pageSize(3), 14, 10L, 2),
            new Case(debug.until(13), 13, 10L, 1),
            new Case(debug.until(10), 10, 10L, 1),
            new Case(debug.until(9), 9, 5L, 1),
            new Case(debug.until(9).withoutSnapshots().pageSize(2), 9, null, 5),
            new Case(debug.until(4), 4, null, 1),
            new Case(debug.until(99), 14, 10L, 1),
            new Case(debug.until(Instant.parse("9000-01-01T00:00:00Z")), 14, 10L, 1),
            new Case(debug.withEvents(), 14, 10L, 1))) {
      Replayed<Counter, Added> replayed = one.replay().run();
      assertThat(replayed.state()).isEqualTo(sum(one.version()));
      assertThat(replayed.version()).isEqualTo(one.version());
      assertThat(replayed.complete()).isEqualTo(one.version() >= 13);
      ReplayDebug told = replayed.debug();
      long snapshot = one.snapshot() == null ? 0 : one.snapshot();
      assertThat(told.snapshotVersion()).isEqualTo(one.snapshot());
      assertThat(snapshot + told.eventsRead()).isEqualTo(one.version());
      assertThat(told.pages()).isEqualTo(one.pages());
      assertThat(told.duration()).isPositive();
      assertThat(told.eventsReadBefore()).isZero();
    }
    assertThat(counters.replay(id).run().debug()).isNull();
    assertThat(counters.replay(id).run().events()).isEmpty();
    assertThat(counters.replay(id).withEvents().run().events())
        .extracting(RecordedEvent::version)
        .containsExactly(11L, 12L, 13L, 14L);
    assertThat(counters.replay(id).withoutSnapshots().until(3).withEvents().run().events())
        .extracting(event -> event.data().by())
        .containsExactly(1L, 2L, 3L);
    assertThatThrownBy(() -> counters.replay(id).until(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> counters.replay(id).pageSize(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Promise("ES-14")
  void noAnswerDependsOnWhichSnapshotsThereAre() {
    Random random = new Random(14);
    Repository<Counter, Long, Added> counters = counters();
    for (int round = 0; round < 3; round++) {
      String id = id("any-" + round);
      long last = 8L + random.nextInt(8);
      TreeSet<Long> at = new TreeSet<>();
      for (int i = 0; i < round * 2; i++) {
        at.add(1 + random.nextLong(last));
      }
      if (round == 2) {
        at.add(last); // nothing newer than the snapshot
      }
      fill(counters, id, last, at.toArray(Long[]::new));
      for (long v = 0; v <= last; v++) {
        Replayed<Counter, Added> replayed = counters.replay(id).until(v).debug().run();
        assertThat(replayed.state()).isEqualTo(sum(v));
        assertThat(replayed.version()).isEqualTo(v);
        assertThat(replayed.debug().snapshotVersion()).isEqualTo(at.floor(v));
        assertThat(counters.replay(id).until(v).withoutSnapshots().run().state())
            .isEqualTo(replayed.state());
      }
    }
  }

  @Test
  @Promise("ES-15")
  void aStreamWithoutEventsIsNoStreamAndABoundBeforeThemIsTheInitialState() {
    String id = id("begins");
    Repository<Counter, Long, Added> counters = counters();
    assertThatThrownBy(() -> counters.replay(id).run())
        .isInstanceOf(NoSuchStreamException.class)
        .hasMessageContaining(CATEGORY + "/" + id);
    assertThatThrownBy(() -> counters.replay(id).until(0).run())
        .isInstanceOf(NoSuchStreamException.class);
    assertThatThrownBy(() -> counters.replay(id).until(Instant.now()).run())
        .isInstanceOf(NoSuchStreamException.class);
    assertThatThrownBy(() -> counters.snapshot(id)).isInstanceOf(NoSuchStreamException.class);
    counters.execute(id, 7L);
    for (Replay<Counter, Added> before :
        List.of(
            counters.replay(id).until(0),
            counters.replay(id).until(Instant.parse("2001-01-01T00:00:00Z")))) {
      Replayed<Counter, Added> replayed = before.run();
      assertThat(replayed.state()).isEqualTo(new Counter(0));
      assertThat(replayed.version()).isZero();
      assertThat(replayed.closed()).isTrue();
    }
  }

  private Instant recordedAt(String id, long version) {
    return streams()
        .readStream(new StreamId(CATEGORY, id), version, Direction.FORWARDS, 1)
        .events()
        .getFirst()
        .recordedAt();
  }

  @Test
  @Promise("ES-16")
  void aTimeBoundKeepsEqualMomentsTogetherAndSaysWhetherItIsClosed() {
    String id = id("timed");
    Aggregate<Counter, Long, Added> thrice =
        Counter.builder(CATEGORY)
            .decide((state, by) -> List.of(new Added(by), new Added(by), new Added(by)))
            .build();
    Repository<Counter, Long, Added> counters = closing(manual().build()).repository(thrice);
    counters.execute(id, 1L);
    Instant first = recordedAt(id, 1);
    // The events of one append are of one moment; the next append may be, too.
    long version = 3;
    Instant second = first;
    while (!second.isAfter(first)) {
      counters.execute(id, 1L);
      version += 3;
      second = recordedAt(id, version);
    }
    long ofFirst = version - 3;
    assertThat(counters.replay(id).until(first.minusNanos(1_000)).run().version()).isZero();
    assertThat(counters.replay(id).until(first).run().version()).isEqualTo(ofFirst);
    assertThat(counters.replay(id).until(first).run().closed()).isTrue();
    assertThat(counters.replay(id).until(second.minusNanos(1_000)).run().version())
        .isEqualTo(ofFirst);
    assertThat(counters.replay(id).until(second).run().version()).isEqualTo(version);
    // A moment that nothing recorded is later than may still get events.
    Replayed<Counter, Added> open = counters.replay(id).until(second.plusSeconds(3_600)).run();
    assertThat(open.version()).isEqualTo(version);
    assertThat(open.closed()).isFalse();
    assertThat(counters.replay(id).until(second).until(1).run().version()).isEqualTo(1);
    assertThat(counters.replay(id).run().closed()).isFalse();
    assertThat(counters.replay(id).until(version).run().closed()).isTrue();
    assertThat(counters.replay(id).until(version + 1).run().closed()).isFalse();
  }

  @Test
  @Promise("ES-17")
  void whatWasArchivedIsReadFromTheArchiveOrRefusedAndNeverLeftOut() {
    String id = id("archived");
    StreamId stream = new StreamId(CATEGORY, id);
    Repository<Counter, Long, Added> counters = counters();
    fill(counters, id, 12, 4L, 8L);
    Instant early = recordedAt(id, 2);
    List<StreamEvent> sink =
        new ArrayList<>(streams().readStream(stream, 1, Direction.FORWARDS, 8).events());
    provider.capability(StreamArchive.class).orElseThrow().archive(stream, 8, "state-1", 100);

    assertThat(counters.load(id).state()).isEqualTo(sum(12));
    assertThat(counters.replay(id).until(8).run().state()).isEqualTo(sum(8));
    assertThat(counters.replay(id).until(4).run().state()).isEqualTo(sum(4));
    for (Replay<Counter, Added> replay :
        List.of(
            counters.replay(id).until(7),
            counters.replay(id).until(3),
            counters.replay(id).until(early),
            counters.replay(id).withoutSnapshots(),
            counters.replay(id).until(4).withoutSnapshots())) {
      assertThatThrownBy(replay::run)
          .isInstanceOf(ArchivedEventsException.class)
          .hasMessageContaining(id)
          .hasMessageContaining("archive");
    }
    Repository<Counter, Long, Added> reading =
        closing(
                manual()
                    .archive((asked, from, through, limit) -> {
                      assertThat(asked).isEqualTo(stream);
                      return sink.stream()
                          .filter(e -> e.version() >= from && e.version() <= through)
                          .limit(limit)
                          .toList();
                    })
                    .build())
            .repository(Counter.aggregate(CATEGORY));
    for (long v = 0; v <= 12; v++) {
      assertThat(reading.replay(id).until(v).run().state()).isEqualTo(sum(v));
      Replayed<Counter, Added> all =
          reading.replay(id).until(v).withoutSnapshots().pageSize(3).debug().run();
      assertThat(all.state()).isEqualTo(sum(v));
      assertThat(all.debug().eventsRead()).isEqualTo(v);
    }
    assertThat(reading.replay(id).until(early).run().version()).isGreaterThanOrEqualTo(2);
    sink.removeIf(event -> event.version() == 6);
    assertThatThrownBy(() -> reading.replay(id).withoutSnapshots().run())
        .isInstanceOf(ArchivedEventsException.class)
        .hasMessageContaining("6");
  }
}
