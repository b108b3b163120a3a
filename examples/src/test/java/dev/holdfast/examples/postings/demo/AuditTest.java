// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.demo.Effects.Effect;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.postings.flow.Feeds;
import dev.holdfast.examples.postings.flow.Feeds.PostingEnded;
import dev.holdfast.examples.postings.flow.Measures;
import dev.holdfast.examples.postings.flow.MetricsTable;
import dev.holdfast.examples.postings.flow.Posting;
import dev.holdfast.examples.postings.flow.PostingEvent;
import dev.holdfast.examples.postings.flow.PostingRow;
import dev.holdfast.examples.postings.flow.Postings;
import dev.holdfast.examples.postings.flow.PostingsFile;
import dev.holdfast.examples.postings.flow.Stage;
import dev.holdfast.examples.postings.flow.Undisturbed;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventTypes;
import dev.holdfast.streams.queue.DeadLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run of two postings, one of which is refused, in which all is well, and then not. */
class AuditTest {

  private static final EventTypes<PostingEvent> TYPES = EventTypes.of(PostingEvent.class);

  private List<Posting> postings;
  private Posting good;
  private Posting bad;
  private final Map<String, Undisturbed> expected = new LinkedHashMap<>();
  private final List<StreamEvent> log = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();
  private final Map<String, List<DeadLetter>> dead = new TreeMap<>();
  private final Map<String, PostingRow> rows = new TreeMap<>();
  private final Map<String, Measures> metrics = new TreeMap<>();
  private long queued;

  @BeforeEach
  void allIsWell() throws Exception {
    postings =
        PostingsFile.shipped().stream()
            .filter(posting -> posting.id().endsWith("-0001") || posting.id().endsWith("-0017"))
            .toList();
    good = postings.getFirst();
    bad = postings.getLast();
    postings.forEach(posting -> expected.put(posting.id(), Undisturbed.of(posting)));
    Undisturbed right = expected.get(good.id());
    for (PostingEvent event : right.events()) {
      append(Postings.CATEGORY, good.id(), TYPES.encode(event));
    }
    append(
        Feeds.CATEGORY,
        good.feed(),
        EventTypes.of(PostingEnded.class)
            .encode(new PostingEnded(good.id(), right.state().stage(), right.state().score())));
    right
        .calls()
        .forEach((task, outcome) ->
            effects.add(
                new Effect(
                    task,
                    good.id(),
                    task.substring(good.id().length() + 1),
                    Followers.json(outcome))));
    letter();
    rows.put(good.id(), PostingRow.of(right.events(), PostingRow.CORRECTED));
    metrics.putAll(MetricsTable.of(expected.values()));
  }

  private void letter() {
    dead.computeIfAbsent(bad.id(), id -> new ArrayList<>())
        .add(
            new DeadLetter(
                Board.RECEIVE,
                new StreamId(Postings.CATEGORY, bad.id()),
                "Receive",
                WorkerCommand.POLICY.attempts(),
                "a posting without a title",
                Instant.EPOCH));
  }

  /** Each event is caused by the one before. */
  private void append(String category, String id, EncodedEvent encoded) {
    String before = log.isEmpty() ? null : "event-" + log.size();
    NewEvent event =
        NewEvent.builder(encoded.type(), encoded.data())
            .schemaVersion(encoded.schemaVersion())
            .eventId("event-" + (log.size() + 1))
            .correlationId("event-1")
            .causationId(before)
            .tag(Followers.CONVERSATION, Board.conversation(good.feed()))
            .build();
    log.add(
        new StreamEvent(
            new StreamId(category, id), log.size() + 1, LogPosition.START, Instant.EPOCH, event));
  }

  private void change(int index, boolean keepsTags, UnaryOperator<NewEvent.Builder> change) {
    StreamEvent event = log.get(index);
    NewEvent content = event.content();
    NewEvent.Builder builder =
        NewEvent.builder(content.type(), content.data())
            .eventId(content.eventId())
            .correlationId(content.correlationId())
            .causationId(content.causationId());
    builder = keepsTags ? builder.tags(content.tags()) : builder;
    log.set(
        index,
        new StreamEvent(
            event.stream(),
            event.version(),
            event.position(),
            event.recordedAt(),
            change.apply(builder).build()));
  }

  private List<Kind> kinds() {
    Map<Stage, Long> stages = Map.of(Stage.SCORED, 1L, Stage.RECEIVED, 0L);
    return Audit.run(
            postings, expected, new Evidence(log, effects, dead, rows, metrics, stages, queued))
        .stream()
        .map(Finding::kind)
        .toList();
  }

  @Test
  void nothingIsFoundWhereAllIsWell() {
    assertThat(kinds()).isEmpty();
  }

  @Test
  void aPostingThatDoesNotGoOnIsStuck() {
    log.remove(log.size() - 2);
    log.removeLast();
    queued = 1;
    assertThat(kinds()).containsExactly(Kind.STUCK, Kind.LOST, Kind.STUCK);
  }

  @Test
  void whatTheFeedHasNotHeardIsLost() {
    log.removeLast();
    assertThat(kinds()).containsExactly(Kind.LOST);
  }

  @Test
  void anEventOfAnotherCauseIsWrong() {
    change(3, true, event -> event.causationId("event-1"));
    assertThat(kinds()).containsExactly(Kind.WRONG);
  }

  @Test
  void anEventWithoutACauseIsLost() {
    change(3, true, event -> event.causationId(null));
    assertThat(kinds()).containsExactly(Kind.LOST);
  }

  @Test
  void anEventOfAnotherConversationOrCorrelationIsWrong() {
    change(2, true, event -> event.correlationId("event-2"));
    change(log.size() - 1, false, event -> event);
    // what the other correlation causes differs from it
    assertThat(kinds()).containsExactly(Kind.WRONG, Kind.WRONG, Kind.WRONG);
  }

  @Test
  void aSecondEffectUnderAnotherKeyIsTwice() {
    Effect first = effects.getFirst();
    effects.add(new Effect("another key", first.run(), first.step(), first.outputs()));
    assertThat(kinds()).containsExactly(Kind.TWICE);
  }

  @Test
  void otherEffectsAreWrongAndMissingOnesLost() {
    Effect first = effects.removeFirst();
    effects.add(new Effect("k", first.run(), "dream/1", "{}"));
    Effect second = effects.removeFirst();
    effects.add(new Effect(second.key(), second.run(), second.step(), "{}"));
    assertThat(kinds()).containsExactlyInAnyOrder(Kind.LOST, Kind.WRONG, Kind.WRONG);
  }

  @Test
  void aRefusedPostingHasOneDeadLetter() {
    letter();
    assertThat(kinds()).containsExactly(Kind.TWICE);
    dead.clear();
    assertThat(kinds()).containsExactly(Kind.LOST);
  }

  @Test
  void otherRowsAreWrong() {
    rows.clear();
    Measures all = metrics.get(Measures.ALL);
    metrics.put(Measures.ALL, all.plus(all));
    assertThat(kinds()).isNotEmpty().containsOnly(Kind.WRONG);
  }
}
