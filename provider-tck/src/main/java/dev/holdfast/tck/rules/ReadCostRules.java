// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.parallel.Isolated;

/** What reads of events cost: ratios within one run, no times. */
@RuleFamily("READ")
@Isolated("times are compared")
final class ReadCostRules {

  private static final int EVENTS = 30_000;
  private static final double MOST_GROWTH = 4;

  /** Appends many events that are like no other. */
  static void fill(Streamed a, StreamId stream) {
    int most = a.calls().limits().maxEventsPerAppend();
    for (int n = 0; n < EVENTS; n += most) {
      a.add(stream, Math.min(most, EVENTS - n));
    }
  }

  /**
   * A filtered read walks over nothing that it does not answer.
   *
   * <p><b>Shape:</b> the time of a read of one rare tag, type, category and correlation id, and of
   * the tail of a stream, beside few and beside many thousand other events, in one run.
   */
  @Rule("READ-23")
  void aReadWalksOverNothingElse(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StreamCostRules.requireStatements(store);
    StreamId stream = Streamed.stream("stream");
    a.add(stream, 10);
    a.add(
        new StreamId("rare", "stream"),
        NewEvent.builder("rare", Payload.empty()).tag("k", "rare").correlationId("rare").build());
    Map<String, Long> few = costs(a, stream);
    fill(a, stream);
    Map<String, Long> many = costs(a, stream);
    few.forEach((what, before) ->
        Expect.that(
            "A read of %s takes longer beside other events.".formatted(what),
            "at most %.1f times as long".formatted(MOST_GROWTH),
            "%,d ns after %,d ns".formatted(many.get(what), before),
            many.getOrDefault(what, 0L) <= before * MOST_GROWTH));
  }

  private static Map<String, Long> costs(Streamed a, StreamId stream) {
    Map<String, LogFilter> filters = new LinkedHashMap<>();
    filters.put("a tag", LogFilter.builder().tag("k", "rare").build());
    filters.put("a type", LogFilter.builder().types("rare").build());
    filters.put("a category", LogFilter.builder().categories("rare").build());
    filters.put("a correlation id", LogFilter.builder().correlationId("rare").build());
    Map<String, Long> costs = new LinkedHashMap<>();
    filters.forEach((what, filter) -> {
      LogRead read = LogRead.after(LogPosition.START, 9).matching(filter);
      costs.put(what, StreamCostRules.usual(() -> a.calls().readLog(read)));
    });
    long last = a.last(stream);
    costs.put(
        "a tail",
        StreamCostRules.usual(() -> a.calls().readStream(stream, last, Direction.BACKWARDS, 5)));
    return costs;
  }
}
