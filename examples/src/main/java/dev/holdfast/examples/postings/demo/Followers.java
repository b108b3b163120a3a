// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.postings.flow.Actor;
import dev.holdfast.examples.postings.flow.Circuits;
import dev.holdfast.examples.postings.flow.Circuits.Circuit;
import dev.holdfast.examples.postings.flow.Feeds;
import dev.holdfast.examples.postings.flow.Feeds.Feed;
import dev.holdfast.examples.postings.flow.Feeds.PostingEnded;
import dev.holdfast.examples.postings.flow.Pipeline;
import dev.holdfast.examples.postings.flow.Pipeline.Task;
import dev.holdfast.examples.postings.flow.PostingCommand;
import dev.holdfast.examples.postings.flow.PostingEvent;
import dev.holdfast.examples.postings.flow.PostingState;
import dev.holdfast.examples.postings.flow.Postings;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.projection.FailurePolicy;
import dev.holdfast.streams.projection.ProjectedEvent;
import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.queue.EventQueue;
import dev.holdfast.streams.queue.QueueWorker;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.json.JsonMapper;

/**
 * The actors of a worker. Each follows the log, as a projection without rows, for the events that
 * call for it, and what it does is the effect of that projection: it comes at least once. So an
 * actor tells the queue of the posting under a name that is always the same for the same task, and
 * does the same again if it does. Thread-safe.
 */
final class Followers {

  /** What the names of these projections begin with. */
  static final String PREFIX = "actor-";

  /** After a kill so many events at most have their effects again. */
  static final int PAGE = 10;

  /** The tag by which all that belongs to an import of a feed is found. */
  static final String CONVERSATION = "conversation";

  private static final int SHARDS = 3;

  /** The longest way to the world outside, and the longest way back. */
  private static final int LATENCY_MILLIS = 8;

  /** A model of the demo is so many times faster than it says. */
  private static final int FASTER = 200;

  private static final int ATTEMPTS = 20;
  private static final JsonMapper MAPPER = new JsonMapper();

  /** These projections have none. */
  private record NoRow() {}

  private final EventSourcing events;
  private final Effects effects;
  private final Repository<PostingState, PostingCommand, PostingEvent> postings;
  private final Repository<Circuit, Circuits.Command, Circuits.Event> circuits;
  private final EventQueue<PostingState, PostingCommand, PostingEvent> queue;
  private final EventQueue<Feed, PostingEnded, PostingEnded> feeds;

  Followers(EventSourcing events, QueueWorker queues, Effects effects) {
    this.events = events;
    this.effects = effects;
    postings = events.repository(Postings.POSTINGS.aggregate());
    circuits = events.repository(Circuits.CIRCUIT);
    queue = queues.queue(Postings.POSTINGS);
    feeds = queues.queue(Feeds.FEEDS);
  }

  /** What an event in the pipeline of a feed causes by somebody. */
  static EventContext causedBy(ProjectedEvent<PostingEvent> event, String by) {
    return EventContext.by(by)
        .withCorrelationId(event.correlationId())
        .withCausationId(event.id())
        .with(CONVERSATION, conversation(event));
  }

  private static String conversation(ProjectedEvent<PostingEvent> event) {
    return event.tags().stream()
        .filter(tag -> tag.key().equals(CONVERSATION))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(event + " is in no conversation"))
        .value();
  }

  /** What an actor is. */
  Projector<PostingEvent, ?> of(Actor actor) {
    return follower(PREFIX + actor.label(), event -> {
      Optional<Task> task =
          Pipeline.after(event.data()).filter(next -> next.actor() == actor);
      if (task.isPresent()) {
        work(task.get(), event);
      }
    });
  }

  /** Tells the feed of a posting that it has ended. */
  Projector<PostingEvent, ?> closer() {
    return follower(PREFIX + "close", event -> {
      if (Pipeline.after(event.data()).isEmpty()) {
        close(event);
      }
    });
  }

  private Projector<PostingEvent, NoRow> follower(
      String name, dev.holdfast.streams.projection.Effect<PostingEvent> effect) {
    return Projector.on(
        events,
        Projection.builder(name, PostingEvent.class, NoRow.class)
            .categories(Postings.CATEGORY)
            .onFailure(FailurePolicy.stop().withAttempts(ATTEMPTS))
            .effect(effect)
            .handler((event, rows) -> List.of()),
        SHARDS);
  }

  private void work(Task task, ProjectedEvent<PostingEvent> event) throws Exception {
    String id = event.stream().id();
    String key = task.key(id);
    Actor actor = task.actor();
    EventContext context = causedBy(event, actor.label());
    // As it was right after the event, also when this is done again much later.
    PostingState posting = postings.replay(id).until(event.version()).run().state();
    PostingCommand outcome = Pipeline.outcome(task, id, posting);
    if (task.isCall()) {
      if (actor.isModel()) {
        awaitCircuit(actor);
      }
      effect(task, id, outcome);
      if (actor.isModel()) {
        tellCircuit(actor, key, outcome, context);
      }
    }
    if (actor.isModel()) {
      queue.enqueue(id, key, outcome, context);
    } else {
      queue.submit(id, key, outcome, context);
    }
  }

  private void awaitCircuit(Actor actor) throws InterruptedException {
    while (true) {
      Duration wait = circuits.load(actor.label()).state().wait(Instant.now());
      if (wait.isZero()) {
        return;
      }
      Thread.sleep(wait);
    }
  }

  private void tellCircuit(
      Actor actor, String key, PostingCommand outcome, EventContext context) {
    Circuits.Command command =
        outcome instanceof PostingCommand.Fail
            ? new Circuits.Command.Fail(Instant.now())
            : new Circuits.Command.Succeed();
    circuits.in(context).execute(actor.label(), key, command);
  }

  /** There and back takes time, in which a worker can be killed before and after the effect. */
  private void effect(Task task, String id, PostingCommand outcome)
      throws SQLException, InterruptedException {
    Thread.sleep(latency(task.actor(), outcome));
    effects.record(
        task.key(id),
        id,
        task.actor().label() + "/" + task.attempt(),
        task.attempt(),
        json(outcome));
    Thread.sleep(latency(task.actor(), outcome));
  }

  /** What the ledger has of an outcome. */
  static String json(PostingCommand outcome) {
    return MAPPER.writeValueAsString(outcome);
  }

  private static long latency(Actor actor, PostingCommand outcome) {
    int takes = MAPPER.valueToTree(outcome).path("call").path("millis").asInt();
    return actor.isModel()
        ? takes / FASTER + ThreadLocalRandom.current().nextInt(LATENCY_MILLIS)
        : 0;
  }

  private void close(ProjectedEvent<PostingEvent> event) {
    String id = event.stream().id();
    PostingState posting = postings.replay(id).until(event.version()).run().state();
    Integer score = Objects.requireNonNullElse(posting.score(), 0);
    feeds.enqueue(
        posting.feed(),
        "ended/" + id,
        new PostingEnded(id, posting.stage(), score),
        causedBy(event, "close"));
  }
}
