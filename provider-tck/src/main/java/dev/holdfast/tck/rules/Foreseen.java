// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instance whose next message is foreseen, so that its caller can send a turn along: a start, or
 * the completion of an activity. A test says what happens once and looks at both calls. Not
 * thread-safe.
 */
final class Foreseen {

  /** The last event of an instance that waits for a completion. */
  static final long EVENTS = 2;

  private static final int LOCKS = 30;

  private final StoreUnderTest store;
  private final String id;
  private final Deque<ActivityItem> activities = new ArrayDeque<>();
  private OrchestratorMessage message;

  private Foreseen(StoreUnderTest store, String id) {
    this.store = store;
    this.id = id;
    message = start(id);
  }

  /** Ends a test of what only a provider with turns ahead can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.TURNS_AHEAD)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.TURNS_AHEAD.name());
    }
  }

  /** One for each call. Nothing is deliverable, before and afterwards. */
  static List<Foreseen> both(StoreUnderTest store) {
    return both(store, "");
  }

  /** One for each call, with ids of their own. */
  static List<Foreseen> both(StoreUnderTest store, String suffix) {
    return List.of(start(store, "started" + suffix), completion(store, "completed" + suffix));
  }

  /** An instance that is not known, and begins with a start that has a message id. */
  static Foreseen start(StoreUnderTest store, String id) {
    return new Foreseen(store, id);
  }

  /**
   * An instance with {@value #EVENTS} events that waits for activity 1, or for several from 1, all
   * of them locked for long. Nothing else may be deliverable.
   */
  static Foreseen completion(StoreUnderTest store, String id, long... more) {
    Handle first = store.first();
    first.start(id);
    Turn turn = first.turn(first.fetchOne(id)).name(Sample.NAME).version(Sample.VERSION);
    turn.events(1, EVENTS).activities(1).activities(more).apply();
    Foreseen one = new Foreseen(store, id);
    one.activities.addAll(
        first
            .provider()
            .fetchActivityItems(
                ActivityFetch.of(1 + more.length, store.lockFor().multipliedBy(LOCKS))));
    one.message = Sample.completion(one.activities.element());
    return one;
  }

  private static OrchestratorMessage start(String id) {
    OrchestratorMessage start = Sample.start(id, Sample.NAME, Sample.VERSION);
    return OrchestratorMessage.builder(id, start.kind(), start.body())
        .start(start.start())
        .messageId("the start of " + id)
        .build();
  }

  String id() {
    return id;
  }

  boolean isStart() {
    return message.start() != null;
  }

  /** The message of the next call. */
  OrchestratorMessage message() {
    return message;
  }

  /** Says another message in the next call. */
  Foreseen saying(OrchestratorMessage other) {
    message = other;
    return this;
  }

  /** The activity of the next call. */
  ActivityItem activity() {
    return activities.element();
  }

  /** Goes on to the next of its activities. */
  Foreseen next() {
    activities.remove();
    message = Sample.completion(activities.element());
    return this;
  }

  /** The last event of the instance as it was prepared. */
  long last() {
    return isStart() ? 0 : EVENTS;
  }

  /** A turn that appends two events to what was prepared. */
  Turn turn() {
    return bare().events(last() + 1, last() + 2);
  }

  /** A turn that says its name and nothing else. */
  Turn bare() {
    return store
        .first()
        .turn(new LockToken.OfInstance(id, 1), 1)
        .name(Sample.NAME)
        .version(Sample.VERSION);
  }

  /** A turn as it is sent ahead, computed on what was prepared. */
  TurnAhead ahead(Turn turn) {
    return ahead(1, last(), turn);
  }

  /** A turn as it is sent ahead. */
  static TurnAhead ahead(long onExecutionId, long onLastEventId, Turn turn) {
    return new TurnAhead(onExecutionId, onLastEventId, turn.build().content());
  }

  /** A claim for L with a turn ahead. */
  EagerInstance claim(@Nullable TurnAhead turn) {
    return Claims.instance(store.lockFor()).withTurnAhead(turn);
  }

  /** Makes the call on the first handle, with a claim for L. */
  AheadAnswer call(@Nullable TurnAhead turn) {
    return call(store.first(), claim(turn));
  }

  /** Makes the call. */
  AheadAnswer call(Handle handle, EagerInstance eager) {
    return isStart()
        ? AheadAnswer.of(Contention.repeated(() -> handle.provider().enqueue(message, eager)))
        : AheadAnswer.of(Contention.repeated(() -> handle.provider().ackActivityItem(ack(eager))));
  }

  /** Makes the call without a claim. */
  void callPlainly() {
    if (isStart()) {
      store.first().enqueue(message);
    } else {
      AheadAnswer.of(store.first().provider().ackActivityItem(ack(null)));
    }
  }

  /** The ack of its activity. */
  ActivityAck ack(@Nullable EagerInstance eager) {
    return new ActivityAck(activity().lockToken(), message, eager);
  }

  /** The ack of its activity with a turn ahead and a claim for L. */
  ActivityAck ackAhead(@Nullable TurnAhead turn) {
    return ack(claim(turn));
  }
}
