// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.projection.Projector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * ES-27: tokens, durations, p50 and p95 per actor, as rows that add up. Shown against a computed
 * table, on a real store; in the demo the same is shown with workers that are killed.
 */
abstract class MetricsContract {

  /** So many that both percentiles lie apart, with failures among them. */
  private static final int POSTINGS = 60;

  /** ES-27, of postings whose events come interleaved and are folded in several times. */
  static void theRowsAreTheComputedTable(String url) throws Exception {
    List<Posting> postings = PostingsFile.shipped().subList(0, POSTINGS);
    Map<String, Undisturbed> expected = new TreeMap<>();
    postings.forEach(posting -> expected.put(posting.id(), Undisturbed.of(posting)));
    try (Provider provider = Providers.open(ProviderConfig.url(url).build());
        EventSourcing events = EventSourcing.on(provider)) {
      Projector<PostingEvent, Measures> metrics = Projector.on(events, Measures.METRICS);
      appendInterleaved(events, expected, metrics);

      Map<String, Measures> rows = metrics.rows();
      assertThat(rows).isEqualTo(MetricsTable.of(expected.values()));
      assertThat(rows).hasSize(Actor.values().length + 1);
      Measures sum = Measures.NONE;
      for (Actor actor : Actor.values()) {
        sum = sum.plus(rows.get(Measures.key(actor)));
      }
      assertThat(rows.get(Measures.ALL)).isEqualTo(sum);
      assertThat(rows.get(Measures.key(Actor.SUMMARISE)).failures()).isPositive();
      assertThat(rows.get(Measures.ALL).p95()).isGreaterThan(rows.get(Measures.ALL).p50());
      assertThat(metrics.verify().differences()).isEmpty();
      metrics.rebuild();
      assertThat(metrics.rows()).isEqualTo(rows);
    }
  }

  private static void appendInterleaved(
      EventSourcing events,
      Map<String, Undisturbed> expected,
      Projector<PostingEvent, Measures> metrics) {
    Repository<PostingState, PostingCommand, PostingEvent> repository =
        events.repository(Postings.POSTINGS.aggregate());
    int most = expected.values().stream().mapToInt(right -> right.events().size()).max().orElse(0);
    for (int i = 0; i < most; i++) {
      for (Map.Entry<String, Undisturbed> posting : expected.entrySet()) {
        List<PostingCommand> commands = commands(posting.getKey(), posting.getValue());
        if (i < commands.size()) {
          repository.execute(posting.getKey(), commands.get(i));
        }
      }
      metrics.catchUp();
    }
  }

  private static List<PostingCommand> commands(String id, Undisturbed right) {
    List<PostingCommand> commands = new ArrayList<>();
    for (PostingEvent event : right.events()) {
      commands.add(
          event instanceof PostingEvent.Received e
              ? new PostingCommand.Receive(e.feed(), e.title(), e.company(), e.place(), e.text())
              : Pipeline.outcome(
                  Pipeline.after(right.events().get(commands.size() - 1)).orElseThrow(),
                  id,
                  right.stateAt(commands.size())));
    }
    return commands;
  }
}
