// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.postings.flow.PostingCommand;
import dev.holdfast.examples.postings.flow.PostingEvent;
import dev.holdfast.examples.postings.flow.PostingState;
import dev.holdfast.examples.postings.flow.Postings;
import dev.holdfast.examples.postings.flow.Stage;
import dev.holdfast.examples.postings.flow.Undisturbed;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Replayed;
import dev.holdfast.streams.Repository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A look back.
 *
 * @param moment at which moment
 * @param stages how many postings were how far then
 * @param example a posting that was under way, empty where there was none
 * @param then what was known of it
 * @param version how many events it had
 * @param now what is known of it now
 * @param findings where the look back is not the fold of the events up to that moment
 */
record TimeTravel(
    Instant moment,
    Map<Stage, Integer> stages,
    String example,
    @Nullable PostingState then,
    long version,
    @Nullable PostingState now,
    List<Finding> findings) {

  /** Travels to the middle of the log. */
  static TimeTravel of(
      EventSourcing events, List<StreamEvent> log, Map<String, Undisturbed> expected) {
    Repository<PostingState, PostingCommand, PostingEvent> postings =
        events.repository(Postings.POSTINGS.aggregate());
    Instant moment = log.get(log.size() / 2).recordedAt();
    Map<String, Long> versions = new LinkedHashMap<>();
    for (StreamEvent event : log) {
      if (event.stream().category().equals(Postings.CATEGORY)
          && !event.recordedAt().isAfter(moment)) {
        versions.merge(event.stream().id(), 1L, Long::sum);
      }
    }
    Map<Stage, Integer> stages = new EnumMap<>(Stage.class);
    List<Finding> findings = new ArrayList<>();
    String example = "";
    Replayed<PostingState, PostingEvent> shown = null;
    for (Map.Entry<String, Long> posting : versions.entrySet()) {
      String id = posting.getKey();
      Replayed<PostingState, PostingEvent> then =
          postings.replay(id).until(moment).debug().run();
      stages.merge(then.state().stage(), 1, Integer::sum);
      PostingState right = Objects.requireNonNull(expected.get(id)).stateAt(posting.getValue());
      if (then.version() != posting.getValue() || !then.state().equals(right)) {
        findings.add(
            new Finding(
                Kind.WRONG,
                id,
                "at %s it was %s (version %d), and the look back shows %s (version %d)"
                    .formatted(
                        moment, right, posting.getValue(), then.state(), then.version())));
      }
      if (!then.state().stage().isEnd() && isBetter(then, shown)) {
        example = id;
        shown = then;
      }
    }
    return new TimeTravel(
        moment,
        stages,
        example,
        shown == null ? null : shown.state(),
        shown == null ? 0 : shown.version(),
        shown == null ? null : postings.load(example).state(),
        List.copyOf(findings));
  }

  /** The further it was, the more there is to see. */
  private static boolean isBetter(
      Replayed<PostingState, PostingEvent> one,
      @Nullable Replayed<PostingState, PostingEvent> other) {
    return other == null
        || one.state().stage().compareTo(Objects.requireNonNull(other).state().stage()) > 0;
  }
}
