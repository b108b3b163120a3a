// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.parallel.Isolated;

/** What a backlog costs those who fetch: ratios within one run, no times. */
@RuleFamily("PERF")
@Isolated("times are compared")
final class PerfFilterRules {

  private static final int FEW = 10;
  private static final int MANY = 10_000;
  private static final int AT_ONCE = 1_000;
  private static final int WARM_UP = 40;
  private static final int SAMPLES = 60;
  private static final double MOST_GROWTH = 3;

  /**
   * What a store remembers of its last look cannot be exact to the moment: a slow transaction may
   * still add what was ready before. Where the clock stands still, everything is of this moment.
   */
  private static final Duration AFTERWARDS = Duration.ofSeconds(1);

  /**
   * A fetch with a filter does not look again and again at what it has passed by.
   *
   * <p><b>Shape:</b> ten ready instances and activities of other code in one store, ten thousand in
   * another, for a second already; a filtered fetch that finds nothing costs, once it is warm, at
   * most three times as much in the second.
   */
  @Rule("PERF-09")
  void aFilterDoesNotLookAgainAtWhatItPassedBy(StoreUnderTest few, StoreUnderTest many) {
    fill(few, FEW);
    fill(many, MANY);
    few.moveTime(AFTERWARDS);
    many.moveTime(AFTERWARDS);
    OrchestrationFetch turns =
        OrchestrationFetch.of(1, few.lockFor())
            .withServed(Set.of(new OrchestrationCode("served", null)));
    ActivityFetch activities = ActivityFetch.of(1, few.lockFor()).withServed(Set.of("served"));
    compare(
        "A fetch for certain code costs more because other instances are ready.",
        cost(() -> Expect.none("Others' code was delivered.", few.first().fetch(turns))),
        cost(() -> Expect.none("Others' code was delivered.", many.first().fetch(turns))));
    compare(
        "A fetch for certain activities costs more because others are ready.",
        cost(() -> fetchNone(few, activities)),
        cost(() -> fetchNone(many, activities)));
  }

  private static void fetchNone(StoreUnderTest store, ActivityFetch fetch) {
    Expect.none("Others' code was delivered.", store.first().provider().fetchActivityItems(fetch));
  }

  /**
   * A fetch of one item costs the same however many are ready.
   *
   * <p><b>Shape:</b> ten ready instances and activities in one store, ten thousand in another; to
   * fetch one and give it back costs at most three times as much in the second.
   */
  @Rule("PERF-10")
  void aFetchCostsTheSameHoweverManyAreReady(StoreUnderTest few, StoreUnderTest many) {
    fill(few, FEW);
    fill(many, MANY);
    compare(
        "A fetch of one instance costs more because many are ready.",
        cost(() -> fetchOne(few)),
        cost(() -> fetchOne(many)));
    compare(
        "A fetch of one activity costs more because many are ready.",
        cost(() -> fetchOneActivity(few)),
        cost(() -> fetchOneActivity(many)));
  }

  private static void fetchOne(StoreUnderTest store) {
    OrchestrationItem item = store.first().fetchOne();
    store.first().abandon(item, AbandonOptions.now().uncounted());
  }

  private static void fetchOneActivity(StoreUnderTest store) {
    ActivityItem item = store.first().fetchActivity();
    store.first().abandon(item, AbandonOptions.now().uncounted());
  }

  /** Makes so many instances and activities ready. */
  private static void fill(StoreUnderTest store, int count) {
    Handle first = store.first();
    first.create("worked");
    for (int from = 0; from < count; from += AT_ONCE) {
      first.poke("worked");
      Turn turn = first.turn(first.fetchOne("worked"));
      for (int n = from + 1; n <= Math.min(count, from + AT_ONCE); n++) {
        turn.activity(
            ActivityTask.builder(
                    new ActivityIdentity("worked", 1, n), "other", Payload.empty(), Sample.NAME)
                .build());
      }
      turn.apply();
    }
    for (int from = 0; from < count; from += AT_ONCE) {
      List<OrchestratorMessage> starts = new ArrayList<>();
      for (int n = from; n < Math.min(count, from + AT_ONCE); n++) {
        starts.add(Sample.start("ready-" + n, "other", null));
      }
      first.provider().enqueueAll(starts);
    }
  }

  private static void compare(String what, long few, long many) {
    Expect.that(
        what,
        "at most %.1f times as much with %,d as with %d".formatted(MOST_GROWTH, MANY, FEW),
        "%.1f times as much: %,d µs against %,d µs (the lower quartile of %d calls)"
            .formatted(
                (double) many / few,
                TimeUnit.NANOSECONDS.toMicros(many),
                TimeUnit.NANOSECONDS.toMicros(few),
                SAMPLES),
        many <= few * MOST_GROWTH);
  }

  /** The time of a usual call: a low quantile, which a busy machine disturbs little. */
  static long cost(Runnable call) {
    List<Long> samples = new ArrayList<>();
    for (int i = 0; i < WARM_UP + SAMPLES; i++) {
      long start = System.nanoTime();
      call.run();
      if (i >= WARM_UP) {
        samples.add(System.nanoTime() - start);
      }
    }
    return samples.stream().sorted().toList().get(SAMPLES / 4);
  }
}
