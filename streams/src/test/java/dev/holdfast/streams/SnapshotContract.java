// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Counter.Added;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Snapshots are taken beside the work, and are what was folded. */
abstract class SnapshotContract extends StoreContract {

  private static final String CATEGORY = "shot";
  private static final Aggregate<Counter, Long, Added> COUNTER = Counter.aggregate(CATEGORY);

  private Snapshots snapshots() {
    return provider.capability(Snapshots.class).orElseThrow();
  }

  private List<Long> versions(String id) {
    return snapshots().list(new StreamId(CATEGORY, id), 100).stream()
        .map(SnapshotInfo::version)
        .toList();
  }

  private void execute(EventSourcing events, String id, int times) {
    Repository<Counter, Long, Added> counters = events.repository(COUNTER);
    for (int i = 0; i < times; i++) {
      counters.execute(id, 1L);
    }
  }

  /** Whoever closes the library has the snapshots that waited. */
  private SnapshotCounts counts(EventSourcing events) {
    events.close();
    return events.snapshotCounts();
  }

  @Test
  @Promise("ES-04")
  void everyTenVersionsOneIsTakenAndTheNewestFiveStay() {
    EventSourcing events = EventSourcing.builder(provider).build();
    execute(events, id("ten"), 100);
    assertThat(counts(events)).isEqualTo(new SnapshotCounts(10, 0, 0, 0, 5));
    assertThat(versions(id("ten"))).containsExactly(100L, 90L, 80L, 70L, 60L);

    EventSourcing seldom =
        EventSourcing.builder(provider).snapshotEvery(30).keepSnapshots(2).build();
    execute(seldom, id("thirty"), 100);
    assertThat(counts(seldom)).isEqualTo(new SnapshotCounts(3, 0, 0, 0, 1));
    assertThat(versions(id("thirty"))).containsExactly(90L, 60L);

    EventSourcing never = EventSourcing.builder(provider).snapshotEvery(0).build();
    execute(never, id("never"), 30);
    assertThat(counts(never)).isEqualTo(new SnapshotCounts(0, 0, 0, 0, 0));
  }

  @Test
  @Promise("ES-04")
  void theEnvironmentSaysHowOften() {
    EventSourcing events =
        new EventSourcing.Builder(provider, Map.of("HOLDFAST_SNAPSHOT_INTERVAL", " 7 ")).build();
    execute(events, id("seven"), 15);
    events.close();
    assertThat(versions(id("seven"))).containsExactly(14L, 7L);
    assertThatThrownBy(() ->
            new EventSourcing.Builder(provider, Map.of("HOLDFAST_SNAPSHOT_INTERVAL", "often"))
                .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HOLDFAST_SNAPSHOT_INTERVAL is \"often\"");
    assertThatThrownBy(() -> EventSourcing.builder(provider).snapshotEvery(-1))
        .hasMessageContaining("snapshotEvery is -1");
  }

  @Test
  @Promise("ES-04")
  void aLongReplayLeavesASnapshotABoundedOrWatchedOneDoesNot() {
    String id = id("long");
    EventSourcing none = closing(EventSourcing.builder(provider).snapshotEvery(0).build());
    execute(none, id, 21);
    EventSourcing watched = EventSourcing.on(provider);
    Repository<Counter, Long, Added> counters = watched.repository(COUNTER);
    counters.replay(id).debug().run();
    counters.replay(id).until(21).run();
    counters.replay(id).until(Instant.parse("9000-01-01T00:00:00Z")).run();
    watched.close();
    assertThat(versions(id)).isEmpty();
    for (boolean load : List.of(true, false)) {
      EventSourcing plain = EventSourcing.on(provider);
      if (load) {
        plain.repository(COUNTER).load(id);
      } else {
        plain.repository(COUNTER).replay(id).withoutSnapshots().run();
      }
      assertThat(counts(plain))
          .isEqualTo(load ? new SnapshotCounts(1, 0, 0, 0, 0) : new SnapshotCounts(0, 1, 0, 0, 0));
      assertThat(versions(id)).containsExactly(21L);
    }
  }

  @Test
  @Promise("ES-04")
  void aStoreThatRefusesEverySnapshotFailsNothing() {
    Provider refusing =
        Intercepted.of(
            provider,
            (method, proceed) -> {
              if (method.equals("put")) {
                throw new ProviderError.StoreUnavailable(method, "the disk is full", null);
              }
              return proceed.call();
            });
    EventSourcing events =
        EventSourcing.builder(refusing).snapshotEvery(2).patience(Duration.ZERO).build();
    try (Warnings warnings = new Warnings("a snapshot was not put")) {
      execute(events, id("refused"), 10);
      assertThat(counts(events)).isEqualTo(new SnapshotCounts(0, 0, 5, 0, 0));
      assertThat(warnings.texts()).singleElement().asString().contains("the disk is full");
    }
    assertThat(versions(id("refused"))).isEmpty();
    // What comes after the end is dropped, and counted.
    execute(events, id("late"), 2);
    assertThat(events.snapshotCounts().dropped()).isEqualTo(1);
  }

  @Test
  @Promise("ES-05")
  void everySnapshotIsTheFoldOfTheEventsUpToIt() {
    Random random = new Random(5);
    String id = id("folded");
    EventSourcing other = closing(EventSourcing.builder(provider).snapshotEvery(0).build());
    Repository<Counter, Long, Added> others = other.repository(COUNTER);
    AtomicInteger puts = new AtomicInteger();
    // Between the load and the put of each snapshot others append.
    Provider busy =
        Intercepted.of(
            provider,
            (method, proceed) -> {
              if (method.equals("put")) {
                puts.incrementAndGet();
                others.execute(id, 1_000L);
              }
              return proceed.call();
            });
    EventSourcing events = EventSourcing.builder(busy).snapshotEvery(3).keepSnapshots(100).build();
    Repository<Counter, Long, Added> counters = events.repository(COUNTER);
    for (int i = 0; i < 30; i++) {
      counters.execute(id, 1L + random.nextInt(9));
      if (random.nextInt(4) == 0) {
        counters.snapshot(id);
      }
    }
    events.close();
    List<Long> versions = versions(id);
    assertThat(versions).hasSizeGreaterThan(5).hasSizeLessThanOrEqualTo(puts.get());
    for (long version : versions) {
      Replayed<Counter, Added> from = others.replay(id).until(version).debug().run();
      assertThat(from.debug().snapshotVersion()).isEqualTo(version);
      assertThat(from.debug().eventsRead()).isZero();
      assertThat(from.state())
          .isEqualTo(others.replay(id).until(version).withoutSnapshots().run().state());
    }
  }

  @Test
  @Promise("ES-06")
  void aSnapshotByHandIsStoredAndTheNextReplayBeginsThere() {
    String id = id("hand");
    EventSourcing events = closing(EventSourcing.builder(provider).snapshotEvery(0).build());
    execute(events, id, 4);
    Repository<Counter, Long, Added> counters = events.repository(COUNTER);
    assertThat(counters.snapshot(id)).isEqualTo(4);
    execute(events, id, 2);
    Replayed<Counter, Added> replayed = counters.replay(id).debug().run();
    assertThat(replayed.debug().snapshotVersion()).isEqualTo(4);
    assertThat(replayed.debug().eventsRead()).isEqualTo(2);
    assertThat(replayed.state()).isEqualTo(new Counter(6));
    // Another form of the state has snapshots of its own.
    Repository<Counter, Long, Added> next =
        events.repository(Counter.builder(CATEGORY).stateVersion(2).build());
    assertThat(next.replay(id).debug().run().debug().snapshotVersion()).isNull();
    assertThat(next.snapshot(id)).isEqualTo(6);
    assertThat(versions(id)).containsExactly(6L, 4L);
  }

  @Test
  @Promise({"ES-06", "ES-14"})
  void aSnapshotThatCannotBeReadIsPassedOver() {
    String id = id("bad");
    EventSourcing events =
        closing(EventSourcing.builder(provider).snapshotEvery(0).cachedStates(0).build());
    execute(events, id, 3);
    events.repository(COUNTER).snapshot(id);
    execute(events, id, 3);
    StreamId stream = new StreamId(CATEGORY, id);
    snapshots().put(new Snapshot(stream, 5, COUNTER.schema(), Payload.utf8("no JSON")));
    snapshots().put(new Snapshot(stream, 6, COUNTER.schema(), Payload.utf8("{\"other\":1}")));
    Replayed<Counter, Added> replayed = events.repository(COUNTER).replay(id).debug().run();
    assertThat(replayed.state()).isEqualTo(new Counter(6));
    assertThat(replayed.debug().snapshotVersion()).isEqualTo(3);
  }

  @Test
  @Promise("ES-07")
  void whatOthersAppendIsInTheNextLoadAtOnce() {
    String id = id("cached");
    AtomicInteger reads = new AtomicInteger();
    Provider counting =
        Intercepted.of(
            provider,
            (method, proceed) -> {
              if (method.equals("readStream") || method.equals("latestAtOrBefore")) {
                reads.incrementAndGet();
              }
              return proceed.call();
            });
    Repository<Counter, Long, Added> here = closing(EventSourcing.on(counting)).repository(COUNTER);
    Repository<Counter, Long, Added> there =
        closing(EventSourcing.on(store.openHandle())).repository(COUNTER);
    here.execute(id, 1L);
    for (long n = 1; n <= 5; n++) {
      there.execute(id, 1L);
      reads.set(0);
      assertThat(here.load(id).state()).isEqualTo(new Counter(1 + n));
      assertThat(here.load(id).version()).isEqualTo(1 + n);
      // One read each time, of what is newer.
      assertThat(reads).hasValue(2);
    }
    // The kept state is left when an event in it does not count any more.
    there.invalidate(id, 2, "a mistake");
    assertThat(here.load(id).state()).isEqualTo(new Counter(5));
    assertThat(here.load(id).version()).isEqualTo(7);
  }
}
