// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.Row;
import dev.holdfast.streams.projection.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A row of the projection of metrics: what the calls of an actor, or of all, have cost. Rows add
 * up: {@link #plus} of those of the actors is the row of all.
 *
 * @param calls how many calls there were
 * @param failures how many of them failed
 * @param promptTokens the tokens that went in
 * @param answerTokens the tokens that came out
 * @param millis how long they took together, in milliseconds
 * @param p50 how long half of them took at most, in milliseconds
 * @param p95 how long 95 of 100 took at most, in milliseconds
 * @param durations how many took how many milliseconds: of two rows without these nobody could say
 *     the percentiles of both together
 */
public record Measures(
    long calls,
    long failures,
    long promptTokens,
    long answerTokens,
    long millis,
    int p50,
    int p95,
    SortedMap<Integer, Long> durations) {

  /** The name of the projection. */
  public static final String PROJECTION = "metrics";

  /** The key of the row of all actors. */
  public static final String ALL = "all";

  /** Of no call. */
  public static final Measures NONE = new Measures(0, 0, 0, 0, 0, 0, 0, new TreeMap<>());

  /** The projection. */
  public static final Projection<PostingEvent, Measures> METRICS =
      Projection.builder(PROJECTION, PostingEvent.class, Measures.class)
          .categories(Postings.CATEGORY)
          .handler((event, rows) -> rows(event.data(), rows));

  private static List<Row<Measures>> rows(PostingEvent event, Rows<Measures> rows) {
    Optional<Made> made = made(event);
    if (made.isEmpty()) {
      return List.of();
    }
    List<Row<Measures>> changed = new ArrayList<>();
    for (String key : List.of(key(made.get().actor()), ALL)) {
      changed.add(Row.put(key, rows.get(key).orElse(NONE).plus(made.get().measures())));
    }
    return changed;
  }

  /** The key of the row of an actor. */
  public static String key(Actor actor) {
    return "actor/" + actor.label();
  }

  /** A call that an event tells of. */
  record Made(Actor actor, boolean failed, Call call) {
    Measures measures() {
      SortedMap<Integer, Long> durations = new TreeMap<>(Map.of(call.millis(), 1L));
      return new Measures(
          1,
          failed ? 1 : 0,
          call.promptTokens(),
          call.answerTokens(),
          call.millis(),
          call.millis(),
          call.millis(),
          durations);
    }
  }

  private static Optional<Made> made(PostingEvent event) {
    return switch (event) {
      case PostingEvent.Normalised e -> made(Actor.NORMALISE, e.call());
      case PostingEvent.Classified e -> made(Actor.CLASSIFY, e.call());
      case PostingEvent.Extracted e -> made(Actor.EXTRACT, e.call());
      case PostingEvent.Summarised e -> made(Actor.SUMMARISE, e.call());
      case PostingEvent.Scored e -> made(Actor.SCORE, e.call());
      case PostingEvent.CallFailed e -> Optional.of(new Made(e.actor(), true, e.call()));
      case PostingEvent.Received e -> Optional.empty();
      case PostingEvent.GivenUp e -> Optional.empty();
    };
  }

  private static Optional<Made> made(Actor actor, Call call) {
    return Optional.of(new Made(actor, false, call));
  }

  /** What two rows are together. */
  public Measures plus(Measures other) {
    SortedMap<Integer, Long> both = new TreeMap<>(durations);
    other.durations.forEach((millis, count) -> both.merge(millis, count, Long::sum));
    long all = calls + other.calls;
    return new Measures(
        all,
        failures + other.failures,
        promptTokens + other.promptTokens,
        answerTokens + other.answerTokens,
        millis + other.millis,
        percentile(both, all, 50),
        percentile(both, all, 95),
        both);
  }

  /** The nearest rank: a duration that some call had. */
  private static int percentile(SortedMap<Integer, Long> durations, long all, int percent) {
    long rank = (all * percent + 99) / 100;
    long seen = 0;
    for (Map.Entry<Integer, Long> duration : durations.entrySet()) {
      seen += duration.getValue();
      if (seen >= rank) {
        return duration.getKey();
      }
    }
    return 0;
  }
}
