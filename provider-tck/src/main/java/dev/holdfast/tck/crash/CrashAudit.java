// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges what killed children left in a store by what they had said: acknowledged means there; what
 * was not acknowledged is there completely or not at all. The first event of each turn lists the
 * messages it consumed, so that every message is accounted for, consumed or queued. For one thread.
 */
public final class CrashAudit {

  private static final int LOCKS = 5;

  private final StoreUnderTest store;
  private final Set<String> prefixes = new HashSet<>();
  private final Set<String> enqueued = new HashSet<>();
  private final Map<String, Long> ackedTurns = new TreeMap<>();
  private final Map<String, Set<Long>> completed = new TreeMap<>();
  private int refused;

  private final Map<String, Long> turns = new TreeMap<>();
  private final Map<String, Map<String, Integer>> messages = new HashMap<>();
  private final Map<String, Set<Long>> queuedActivities = new HashMap<>();

  /**
   * An audit of a store.
   *
   * @param store the store
   */
  public CrashAudit(StoreUnderTest store) {
    this.store = store;
  }

  /**
   * Lets a child work until it has said so many lines, kills it, and notes what it said.
   *
   * @param prefix what its instances are called
   * @param seed of its work
   * @param lines after how many lines to kill it
   */
  public void killOneAfter(String prefix, long seed, int lines) {
    prefixes.add(prefix);
    try (ChildJvm child =
        ChildJvm.start(
            store.crashTarget(),
            Task.WORK,
            prefix,
            String.valueOf(lockFor(store).toNanos()),
            String.valueOf(seed))) {
      for (int i = 0; i < lines; i++) {
        note(child, child.line());
      }
      child.kill().forEach(line -> note(child, line));
    }
    store.catchUpWithOtherJvms();
  }

  /**
   * How many effects the children said were acknowledged.
   *
   * @return the count
   */
  public int acknowledged() {
    return enqueued.size()
        + ackedTurns.values().stream().mapToInt(Long::intValue).sum()
        + completed.values().stream().mapToInt(Set::size).sum();
  }

  /**
   * How many calls of the children ended with a retryable error, so that nothing was acknowledged.
   *
   * @return the count
   */
  public int refused() {
    return refused;
  }

  /**
   * How long children lock what they work on: longer than a busy machine takes for their turns.
   *
   * @param store the store
   * @return the duration
   */
  public static Duration lockFor(StoreUnderTest store) {
    return store.lockFor().multipliedBy(LOCKS);
  }

  /**
   * The start message that a child with the task {@link Task#ANNOUNCE} enqueues.
   *
   * @param instanceId the instance
   * @return the message
   */
  public static OrchestratorMessage announcedStart(String instanceId) {
    return CrashWork.startMessage(instanceId, CrashWork.START_MESSAGE_ID);
  }

  private void note(ChildJvm child, String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "enqueued" -> enqueued.add(words[1]);
      case "acked" -> ackedTurns.merge(words[1], Long.parseLong(words[2]), Math::max);
      case "completed" ->
          completed.computeIfAbsent(words[1], id -> new HashSet<>()).add(Long.parseLong(words[2]));
      case "refused" -> refused++;
      default -> throw child.failure("A child's call went wrong.", "an acknowledged effect", line);
    }
  }

  /**
   * Reads everything that is stored, after the last lock of a dead child has ended. Locks all of
   * it.
   */
  public void read() {
    store.moveTime(lockFor(store));
    Handle handle = store.newHandle();
    for (String prefix : prefixes) {
      for (int number = 0; number < CrashWork.INSTANCES; number++) {
        readHistory(handle, CrashWork.instance(prefix, number));
      }
    }
    for (OrchestrationItem item : handle.fetch(Handle.ALL)) {
      for (OrchestratorMessage message : item.messages()) {
        count(item.instanceId(), message.body().asUtf8());
      }
    }
    for (ActivityItem item : handle.fetchActivities(Handle.ALL)) {
      queuedActivities
          .computeIfAbsent(item.task().instanceId(), id -> new HashSet<>())
          .add(item.task().activityId());
    }
  }

  private void readHistory(Handle handle, String id) {
    List<HistoryEvent> events = handle.history(id, 1);
    Expect.equal(
        "A turn's events are there in part: " + id + ".", 0, events.size() % CrashWork.EVENTS);
    long turnCount = events.size() / CrashWork.EVENTS;
    turns.put(id, turnCount);
    for (int turn = 1; turn <= turnCount; turn++) {
      List<HistoryEvent> ofTurn =
          events.subList((turn - 1) * CrashWork.EVENTS, turn * CrashWork.EVENTS);
      String consumed = ofTurn.get(0).data().asUtf8();
      Expect.equal(
          "The events of a turn are not the ones that were acked: " + id + ".",
          CrashWork.events(turn, consumed),
          ofTurn);
      consumed.lines().forEach(body -> count(id, body));
    }
  }

  private void count(String id, String body) {
    messages.computeIfAbsent(id, key -> new HashMap<>()).merge(body, 1, Integer::sum);
  }

  /** Expects that everything is there that was acknowledged. */
  public void expectAcknowledgedIsThere() {
    for (String id : enqueued) {
      Expect.equal(
          "A message whose enqueue had returned is not there once: " + id + ".",
          1,
          times(id, CrashWork.start(id)));
    }
    ackedTurns.forEach((id, turn) ->
        Expect.that(
            "Turn " + turn + " of " + id + " was Applied and is not in the history.",
            turn + " turns or more",
            turns.getOrDefault(id, 0L) + " turns",
            turns.getOrDefault(id, 0L) >= turn));
    completed.forEach((id, activities) -> activities.forEach(n -> expectCompleted(id, n)));
  }

  private void expectCompleted(String id, long activityId) {
    Expect.that(
        "Activity %d of %s was acked and is still queued.".formatted(activityId, id),
        !queuedActivities.getOrDefault(id, Set.of()).contains(activityId));
    Expect.equal(
        "Activity %d of %s was acked and its completion is not there once."
            .formatted(activityId, id),
        1,
        times(id, CrashWork.done(id, activityId)));
  }

  /** Expects that each call took effect completely or not at all, acknowledged or not. */
  public void expectWholeOrAbsent() {
    turns.forEach((id, turnCount) -> {
      for (long turn = 1; turn <= CrashWork.ACTIVE_TURNS; turn++) {
        expectTurn(id, turn, turn <= turnCount);
      }
      if (turnCount > 0) {
        expectStatus(id, turnCount);
      }
      Expect.atMost(
          "The start of " + id + " is there more than once.", 1, times(id, CrashWork.start(id)));
    });
  }

  private void expectTurn(String id, long turn, boolean applied) {
    int expected = applied ? 1 : 0;
    String what =
        applied
            ? "A turn whose events are there lacks its %s, or has it twice: turn %d of %s."
            : "A turn whose events are not there left its %s behind: turn %d of %s.";
    Expect.equal(
        what.formatted("message to itself", turn, id),
        expected,
        times(id, CrashWork.self(id, turn)));
    String neighbour = CrashWork.neighbour(id);
    // To a neighbour whose start was never stored nothing is delivered, so that its messages cannot
    // be seen.
    if (times(neighbour, CrashWork.start(neighbour)) > 0) {
      Expect.equal(
          what.formatted("message to its neighbour", turn, id),
          expected,
          times(neighbour, CrashWork.peer(id, turn)));
    }
    for (long activityId : CrashWork.activityIds(turn)) {
      int queued = queuedActivities.getOrDefault(id, Set.of()).contains(activityId) ? 1 : 0;
      Expect.equal(
          what.formatted("activity " + activityId + " or its completion", turn, id),
          expected,
          queued + times(id, CrashWork.done(id, activityId)));
    }
  }

  private void expectStatus(String id, long turnCount) {
    store
        .adminIfDeclared()
        .ifPresent(admin ->
            Expect.equal(
                "Output and history are not of the same turn: " + id + ".",
                Payload.utf8(CrashWork.output(turnCount)),
                admin.execution(id, 1).output()));
  }

  private int times(String id, String body) {
    return messages.getOrDefault(id, Map.of()).getOrDefault(body, 0);
  }
}
