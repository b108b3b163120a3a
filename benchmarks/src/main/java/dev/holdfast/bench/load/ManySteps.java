// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import java.util.List;
import java.util.stream.IntStream;

/** Runs of many steps, read and changed. Stateless. */
final class ManySteps {

  private static final int LARGEST_PAGE = 1_000;

  private ManySteps() {}

  /** Callers that read all steps of one run, again and again. */
  static List<Caller> reads(
      Provider provider, Work work, int callers, int steps, Latencies latencies) {
    StateTables tables = provider.capability(StateTables.class).orElseThrow();
    String id = work.newId();
    StateRows.create(provider, id, steps);
    int page = Math.min(LARGEST_PAGE, provider.info().limits().maxPageSize());
    return IntStream.range(0, callers)
        .<Caller>mapToObj(n ->
            () -> {
              int seen = latencies.time("steps", () -> read(tables, StepQuery.firstPage(id, page)));
              if (seen != steps) {
                throw new IllegalStateException("%d of %d steps were read".formatted(seen, steps));
              }
              return 1;
            })
        .toList();
  }

  private static int read(StateTables tables, StepQuery first) {
    int seen = 0;
    StepQuery query = first;
    while (true) {
      StepPage page = tables.steps(query);
      seen += page.steps().size();
      String token = page.nextPageToken();
      if (token == null) {
        return seen;
      }
      query = query.from(token);
    }
  }

  /** Callers that change one step after the other, each of a run of its own. */
  static List<Caller> changes(
      Provider provider, Work work, int callers, int steps, Latencies latencies) {
    Changes changes = StateRows.changes(provider);
    return IntStream.range(0, callers)
        .<Caller>mapToObj(n -> {
          StateRows rows = StateRows.create(provider, work.newId(), steps);
          return () -> {
            Change change = rows.nextOfOneStep();
            latencies.time("apply", () -> changes.apply(List.of(change)));
            return 1;
          };
        })
        .toList();
  }
}
