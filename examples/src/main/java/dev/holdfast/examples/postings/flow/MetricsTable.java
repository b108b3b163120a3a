// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the rows of the metrics have to be: computed from the calls at once and by other means than
 * the projection, which never has more than one call and a row.
 */
public final class MetricsTable {

  private record Made(boolean failed, Call call) {}

  private MetricsTable() {}

  /** The rows, by key; without rows of actors that were never called. */
  public static Map<String, Measures> of(Collection<Undisturbed> postings) {
    Map<String, List<Made>> made = new LinkedHashMap<>();
    for (Undisturbed posting : postings) {
      for (PostingCommand command : posting.calls().values()) {
        switch (command) {
          case PostingCommand.Normalise c -> add(made, Actor.NORMALISE, false, c.call());
          case PostingCommand.Classify c -> add(made, Actor.CLASSIFY, false, c.call());
          case PostingCommand.Extract c -> add(made, Actor.EXTRACT, false, c.call());
          case PostingCommand.Summarise c -> add(made, Actor.SUMMARISE, false, c.call());
          case PostingCommand.Score c -> add(made, Actor.SCORE, false, c.call());
          case PostingCommand.Fail c -> add(made, c.actor(), true, c.call());
          case PostingCommand.Receive c -> throw new IllegalStateException("is no call: " + c);
          case PostingCommand.GiveUp c -> throw new IllegalStateException("is no call: " + c);
        }
      }
    }
    Map<String, Measures> rows = new TreeMap<>();
    made.forEach((key, calls) -> rows.put(key, row(calls)));
    return rows;
  }

  private static void add(Map<String, List<Made>> made, Actor actor, boolean failed, Call call) {
    for (String key : List.of(Measures.key(actor), Measures.ALL)) {
      made.computeIfAbsent(key, any -> new ArrayList<>()).add(new Made(failed, call));
    }
  }

  private static Measures row(List<Made> made) {
    List<Integer> sorted = new ArrayList<>(made.stream().map(m -> m.call().millis()).toList());
    Collections.sort(sorted);
    SortedMap<Integer, Long> durations = new TreeMap<>();
    for (int millis : sorted) {
      durations.put(millis, 1L + durations.getOrDefault(millis, 0L));
    }
    return new Measures(
        made.size(),
        made.stream().filter(Made::failed).count(),
        made.stream().mapToLong(m -> m.call().promptTokens()).sum(),
        made.stream().mapToLong(m -> m.call().answerTokens()).sum(),
        sorted.stream().mapToLong(Integer::longValue).sum(),
        sorted.get((int) Math.ceil(sorted.size() * 0.50) - 1),
        sorted.get((int) Math.ceil(sorted.size() * 0.95) - 1),
        durations);
  }
}
