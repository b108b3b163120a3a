// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Counter.Added;
import dev.holdfast.streams.event.Reserved;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events that do not count any more. */
abstract class InvalidationContract extends StoreContract {

  private static final String CATEGORY = "corrected";

  private Repository<Counter, Long, Added> counters(int cachedStates) {
    return closing(
            EventSourcing.builder(provider).snapshotEvery(0).cachedStates(cachedStates).build())
        .repository(Counter.aggregate(CATEGORY));
  }

  /** Events of 1, 10, 100, 1000 and so on. */
  private static void fill(Repository<Counter, Long, Added> counters, String id, int events) {
    long by = 1;
    for (int i = 0; i < events; i++) {
      counters.execute(id, by);
      by *= 10;
    }
  }

  @Test
  @Promise("ES-11")
  void anInvalidatedEventIsLeftOutFromThenOnAndNothingIsChanged() {
    String id = id("left-out");
    Repository<Counter, Long, Added> counters = counters(0);
    fill(counters, id, 4);
    List<StreamEvent> before = counters.timeline(id).stream().map(TimelineEntry::event).toList();
    assertThat(counters.invalidate(id, 2, "counted twice")).isTrue();
    counters.execute(id, 10_000L);

    assertThat(counters.load(id).state()).isEqualTo(new Counter(11_101));
    assertThat(counters.load(id).version()).isEqualTo(6);
    // Bounded before the invalidation it counts, from there on it does not.
    long[] expected = {0, 1, 11, 111, 1_111, 1_101, 11_101};
    for (int v = 0; v < expected.length; v++) {
      assertThat(counters.replay(id).until(v).run().state()).isEqualTo(new Counter(expected[v]));
      assertThat(counters.replay(id).until(v).run().version()).isEqualTo(v);
    }
    List<TimelineEntry<Added>> timeline = counters.timeline(id);
    assertThat(timeline.stream().map(TimelineEntry::event).limit(4)).isEqualTo(before);
    assertThat(timeline)
        .extracting(TimelineEntry::invalidatedBy)
        .containsExactly(null, 5L, null, null, null, null);
    assertThat(timeline.get(1).data()).isEqualTo(new Added(10));
    TimelineEntry<Added> says = timeline.get(4);
    assertThat(says.event().content().type()).isEqualTo(Reserved.INVALIDATED);
    assertThat(says.invalidates()).isEqualTo(2);
    assertThat(says.reason()).isEqualTo("counted twice");
  }

  @Test
  @Promise("ES-11")
  void snapshotsThatContainItAreNotUsed() {
    for (int cached : List.of(0, 10)) {
      String id = id("snapshots-" + cached);
      Repository<Counter, Long, Added> counters = counters(cached);
      fill(counters, id, 2);
      counters.snapshot(id); // without the event
      counters.execute(id, 100L);
      counters.execute(id, 1_000L);
      counters.snapshot(id); // with it
      counters.execute(id, 10_000L);
      counters.invalidate(id, 3, "wrong");
      Replayed<Counter, Added> replayed = counters.replay(id).debug().withEvents().run();
      assertThat(replayed.state()).isEqualTo(new Counter(11_011));
      assertThat(replayed.debug().snapshotVersion()).isEqualTo(2);
      assertThat(replayed.debug().eventsRead()).isEqualTo(4);
      assertThat(replayed.debug().eventsReadBefore()).isEqualTo(2);
      assertThat(replayed.events()).extracting(e -> e.data().by()).containsExactly(1_000L, 10_000L);
      assertThat(counters.load(id).state()).isEqualTo(new Counter(11_011));
      // One that is taken from here on is used again; older states are as they were.
      counters.snapshot(id);
      assertThat(counters.replay(id).debug().run().debug().snapshotVersion()).isEqualTo(6);
      assertThat(counters.replay(id).run().state()).isEqualTo(new Counter(11_011));
      assertThat(counters.replay(id).until(4).debug().run().debug().snapshotVersion()).isEqualTo(4);
      assertThat(counters.replay(id).until(4).run().state()).isEqualTo(new Counter(1_111));
      // Two at once, one of them in the snapshot.
      counters.execute(id, 100_000L);
      counters.invalidate(id, 7, "wrong too");
      counters.invalidate(id, 1, "the first one");
      assertThat(counters.load(id).state()).isEqualTo(new Counter(11_010));
      assertThat(counters.replay(id).withoutSnapshots().run().state())
          .isEqualTo(new Counter(11_010));
    }
  }

  @Test
  @Promise("ES-11")
  void itIsSaidOnceAndOnlyOfWhatIsThere() {
    String id = id("once");
    Repository<Counter, Long, Added> counters = counters(10);
    assertThatThrownBy(() -> counters.invalidate(id, 1, "none"))
        .isInstanceOf(NoSuchStreamException.class);
    fill(counters, id, 3);
    assertThat(counters.invalidate(id, 2, "a reason")).isTrue();
    assertThat(counters.invalidate(id, 2, "a reason")).isFalse();
    assertThat(counters.invalidate(id, 2, "another reason")).isFalse();
    assertThat(counters.load(id).version()).isEqualTo(4);
    for (long wrong : List.of(-1L, 0L, 5L)) {
      assertThatThrownBy(() -> counters.invalidate(id, wrong, "no such version"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("versions 1 to 4");
    }
    assertThatThrownBy(() -> counters.invalidate(id, 4, "taken back"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be taken back");
    counters.snapshot(id);
    provider
        .capability(StreamArchive.class)
        .orElseThrow()
        .archive(new StreamId(CATEGORY, id), 4, "state-1", 100);
    assertThatThrownBy(() -> counters.invalidate(id, 1, "archived"))
        .isInstanceOf(ArchivedEventsException.class)
        .hasMessageContaining("version 1 was archived");
    assertThat(counters.load(id).state()).isEqualTo(new Counter(101));
  }
}
