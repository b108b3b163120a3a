// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Effects.Effect;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.postings.flow.Actor;
import dev.holdfast.examples.postings.flow.Circuits;
import dev.holdfast.examples.postings.flow.Feeds;
import dev.holdfast.examples.postings.flow.Feeds.PostingEnded;
import dev.holdfast.examples.postings.flow.Measures;
import dev.holdfast.examples.postings.flow.MetricsTable;
import dev.holdfast.examples.postings.flow.Posting;
import dev.holdfast.examples.postings.flow.PostingCommand;
import dev.holdfast.examples.postings.flow.PostingEvent;
import dev.holdfast.examples.postings.flow.PostingRow;
import dev.holdfast.examples.postings.flow.Postings;
import dev.holdfast.examples.postings.flow.Stage;
import dev.holdfast.examples.postings.flow.Undisturbed;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventTypes;
import dev.holdfast.streams.projection.RowDifference;
import dev.holdfast.streams.projection.Verification;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares what an undisturbed run gives with the log, with rows, and with the ledger outside,
 * which knows nothing of the store. Effects are counted by posting and task and not by key, so that
 * two effects under two keys do not pass.
 */
final class Audit {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final EventTypes<PostingEvent> POSTING = EventTypes.of(PostingEvent.class);
  private static final EventTypes<PostingEnded> FEED = EventTypes.of(PostingEnded.class);
  private static final int ATTEMPTS = WorkerCommand.POLICY.attempts();

  private final Map<String, Posting> postings = new TreeMap<>();
  private final Map<String, Undisturbed> expected;
  private final Evidence found;
  private final List<Finding> findings = new ArrayList<>();

  private Audit(List<Posting> postings, Map<String, Undisturbed> expected, Evidence found) {
    postings.forEach(posting -> this.postings.put(posting.id(), posting));
    this.expected = expected;
    this.found = found;
  }

  /**
   * Audits.
   *
   * @param postings what came in
   * @param expected what each should have given
   * @param found what there is
   */
  static List<Finding> run(
      List<Posting> postings, Map<String, Undisturbed> expected, Evidence found) {
    Audit audit = new Audit(postings, expected, found);
    audit.events();
    audit.findings.addAll(Causes.check(found.log(), audit.postings));
    audit.feeds();
    audit.circuits();
    audit.effects();
    audit.rows();
    if (found.queued() > 0) {
      audit.add(Kind.STUCK, "queues", "%d messages are left".formatted(found.queued()));
    }
    return List.copyOf(audit.findings);
  }

  private void add(Kind kind, String subject, String detail) {
    findings.add(new Finding(kind, subject, detail));
  }

  private static EncodedEvent encoded(StreamEvent event) {
    return new EncodedEvent(
        event.content().type(), event.content().schemaVersion(), event.content().data());
  }

  /** Every posting has exactly the events of an undisturbed run, or is a dead letter. */
  private void events() {
    Map<String, List<PostingEvent>> byPosting = new HashMap<>();
    for (StreamEvent event : found.log()) {
      if (event.stream().category().equals(Postings.CATEGORY)) {
        byPosting
            .computeIfAbsent(event.stream().id(), id -> new ArrayList<>())
            .add(POSTING.decode(encoded(event)).orElseThrow());
      }
    }
    expected.forEach((id, right) -> {
      List<PostingEvent> events = byPosting.getOrDefault(id, List.of());
      if (right.events().isEmpty()) {
        refused(id, events);
      } else {
        events(id, right.events(), events);
      }
    });
    for (String id : byPosting.keySet()) {
      if (!expected.containsKey(id)) {
        add(Kind.WRONG, id, "has events, and came from nowhere");
      }
    }
  }

  private void events(String id, List<PostingEvent> right, List<PostingEvent> events) {
    if (events.equals(right)) {
      return;
    }
    if (events.size() < right.size() && right.subList(0, events.size()).equals(events)) {
      add(
          Kind.STUCK,
          id,
          events.isEmpty() ? "was never received" : "ends with " + events.getLast());
      return;
    }
    Set<PostingEvent> seen = new HashSet<>();
    for (PostingEvent event : events) {
      if (!seen.add(event)) {
        add(Kind.TWICE, id, "has this twice: " + event);
        return;
      }
    }
    add(Kind.WRONG, id, "has the events %s; expected: %s".formatted(events, right));
  }

  private void refused(String id, List<PostingEvent> events) {
    if (!events.isEmpty()) {
      add(Kind.WRONG, id, "was to be refused, and has the events " + events);
    }
    var letters = found.dead().getOrDefault(id, List.of());
    if (letters.size() != 1) {
      add(
          letters.isEmpty() ? Kind.LOST : Kind.TWICE,
          id,
          "was to be refused, and has %d dead letters".formatted(letters.size()));
    } else if (letters.getFirst().attempts() != ATTEMPTS) {
      add(
          Kind.WRONG,
          id,
          "died after %d attempts; expected: %d"
              .formatted(letters.getFirst().attempts(), ATTEMPTS));
    }
  }

  /** Every feed has heard once of each of its postings, and rightly. */
  private void feeds() {
    Map<String, List<PostingEnded>> told = new HashMap<>();
    for (StreamEvent event : found.log()) {
      if (event.stream().category().equals(Feeds.CATEGORY)) {
        PostingEnded ended = FEED.decode(encoded(event)).orElseThrow();
        told.computeIfAbsent(event.stream().id() + " " + ended.posting(), k -> new ArrayList<>())
            .add(ended);
      }
    }
    expected.forEach((id, right) -> {
      String feed = postings.get(id) == null ? "" : postings.get(id).feed();
      List<PostingEnded> ended = told.getOrDefault(feed + " " + id, List.of());
      told.remove(feed + " " + id);
      Integer score = right.state().score();
      PostingEnded expected =
          new PostingEnded(id, right.state().stage(), score == null ? 0 : score);
      boolean ends = !right.events().isEmpty();
      if (ended.size() != (ends ? 1 : 0)) {
        add(
            ended.isEmpty() ? Kind.LOST : Kind.TWICE,
            feed + " " + id,
            "was noted %d times".formatted(ended.size()));
      } else if (ends && !ended.getFirst().equals(expected)) {
        add(
            Kind.WRONG,
            feed + " " + id,
            "was noted as %s; expected: %s".formatted(ended.getFirst(), expected));
      }
    });
    told.keySet().forEach(key -> add(Kind.WRONG, key, "was noted, and should not have been"));
  }

  /** Every failure of a model was told its circuit once. */
  private void circuits() {
    Map<Actor, Long> failures = new EnumMap<>(Actor.class);
    for (Undisturbed right : expected.values()) {
      for (PostingEvent event : right.events()) {
        if (event instanceof PostingEvent.CallFailed failed) {
          failures.merge(failed.actor(), 1L, Long::sum);
        }
      }
    }
    for (Actor actor : Actor.values()) {
      long right = failures.getOrDefault(actor, 0L);
      long told =
          found.log().stream()
              .filter(event ->
                  event.stream().category().equals(Circuits.CATEGORY)
                      && event.stream().id().equals(actor.label())
                      && event.content().type().equals("ModelFailed"))
              .count();
      if (told != right) {
        add(
            told < right ? Kind.LOST : Kind.TWICE,
            "circuit of " + actor.label(),
            "knows of %d failures; expected: %d".formatted(told, right));
      }
    }
  }

  /** Every call has its effect once. */
  private void effects() {
    Map<String, List<Effect>> byTask = new HashMap<>();
    for (Effect effect : found.effects()) {
      byTask
          .computeIfAbsent(effect.run() + "/" + effect.step(), task -> new ArrayList<>())
          .add(effect);
    }
    for (Undisturbed right : expected.values()) {
      right.calls().forEach((task, outcome) -> effects(task, outcome, byTask.remove(task)));
    }
    byTask.keySet().forEach(task -> add(Kind.WRONG, task, "has an effect and should not have"));
  }

  private void effects(String task, PostingCommand outcome, @Nullable List<Effect> effects) {
    String right = Followers.json(outcome);
    if (effects == null) {
      add(Kind.LOST, task, "has no effect");
    } else if (effects.size() > 1) {
      add(Kind.TWICE, task, "has %d effects".formatted(effects.size()));
    } else if (!MAPPER.readTree(right).equals(MAPPER.readTree(effects.getFirst().outputs()))) {
      add(
          Kind.WRONG,
          task,
          "had the effect %s; expected: %s".formatted(effects.getFirst().outputs(), right));
    }
  }

  /** Rows of all projections are those that the expected events make. */
  private void rows() {
    Map<String, PostingRow> rows = new TreeMap<>();
    Map<String, Long> stages = new TreeMap<>();
    expected.forEach((id, right) -> {
      PostingRow row = PostingRow.of(right.events(), PostingRow.CORRECTED);
      if (row != null) {
        rows.put(id, row);
        stages.merge(row.stage().name(), 1L, Long::sum);
      }
    });
    same("row", found.rows(), rows);
    same("metrics", found.metrics(), MetricsTable.of(expected.values()));
    Measures sum = Measures.NONE;
    for (Actor actor : Actor.values()) {
      sum = sum.plus(found.metrics().getOrDefault(Measures.key(actor), Measures.NONE));
    }
    if (!sum.equals(found.metrics().get(Measures.ALL))) {
      add(Kind.WRONG, "metrics", "the rows of the actors do not add up to the row of all");
    }
    Map<String, Long> counted = new TreeMap<>();
    for (Map.Entry<Stage, Long> stage : found.stages().entrySet()) {
      if (stage.getValue() != 0) {
        counted.put(stage.getKey().name(), stage.getValue());
      }
    }
    same("stage", counted, stages);
  }

  private void same(String what, Map<String, ?> stored, Map<String, ?> right) {
    for (RowDifference difference : Verification.between(stored, right).differences()) {
      add(
          Kind.WRONG,
          what + " " + difference.key(),
          "%s is %s; expected: %s"
              .formatted(
                  difference.field().isEmpty() ? "all of it" : difference.field(),
                  difference.stored(),
                  difference.expected()));
    }
  }
}
