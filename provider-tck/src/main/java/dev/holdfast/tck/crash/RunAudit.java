// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Has processes work on one run, kills them, and judges what they left: what was answered is there,
 * and the run's row, its steps, its inboxes and the history of its instance agree. For one thread.
 */
public final class RunAudit {

  private static final int PROCESSES = 2;
  private static final int MOST_LINES = 120;

  /** Real time, for that is what children have; work that outlives its lock is refused. */
  private static final Duration LOCK = Duration.ofSeconds(1);

  private final StoreUnderTest store;
  private final CrashTarget target;
  private final Map<String, Long> delivered = new HashMap<>();
  private long merging;
  private long merged;
  private long unmerged;
  private long turned;
  private long completed;
  private long moved;
  private long refused;
  private int started;

  /**
   * An audit of a store in which nothing else is.
   *
   * @param store the store, of which processes can share
   */
  public RunAudit(StoreUnderTest store) {
    this.store = store;
    target = store.sharedCrashTarget();
  }

  /**
   * Has processes work, and kills one after the other at random.
   *
   * @param kills how many to kill at least
   * @param atLeast for how long at least
   */
  public void disturb(int kills, Duration atLeast) {
    store.first().enqueue(CrashWork.startMessage(RunWork.RUN, null));
    long begin = System.nanoTime();
    List<ChildJvm> children = new ArrayList<>();
    try {
      for (int killed = 0;
          killed < kills || System.nanoTime() - begin < atLeast.toNanos();
          killed++) {
        while (children.size() < PROCESSES) {
          children.add(start());
        }
        ChildJvm victim = children.remove(store.random().nextInt(PROCESSES));
        int lines = 1 + store.random().nextInt(MOST_LINES);
        for (int n = 0; n < lines; n++) {
          note(victim, victim.line());
        }
        kill(victim);
      }
    } finally {
      children.forEach(this::kill);
    }
    store.catchUpWithOtherJvms();
    store.moveTime(LOCK);
  }

  private ChildJvm start() {
    return ChildJvm.start(
        target,
        Task.RUN,
        "p" + ++started + "-",
        String.valueOf(LOCK.toNanos()),
        String.valueOf(store.random().nextLong()));
  }

  private void kill(ChildJvm child) {
    child.kill().forEach(line -> note(child, line));
  }

  private void note(ChildJvm child, String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "delivered" -> noteDelivered(words[1], Long.parseLong(words[2]));
      case "merging" -> merging++;
      case "merged" -> merged++;
      case "unmerged" -> unmerged++;
      case "turned" -> turned++;
      case "completed" -> completed++;
      case "moved" -> moved++;
      case "refused" -> refused++;
      default -> throw child.failure("A child's call went wrong.", "an effect", line);
    }
  }

  private void noteDelivered(String id, long sequence) {
    Long before = delivered.putIfAbsent(id, sequence);
    if (before != null) {
      Expect.equal("An input has two numbers: " + id + ".", before, sequence);
    }
  }

  /** Finishes what the dead have left, and expects that all of it agrees. */
  public void expectAgreement() {
    Handle handle = store.newHandle();
    Provider provider = handle.provider();
    new RunWork(provider, line -> {}, "", store.lockFor()).finish();
    StateTables tables = provider.capability(StateTables.class).orElseThrow();
    Run run =
        tables
            .run(RunWork.RUN)
            .orElseThrow(() -> Expect.violation("The run is not there.", RunWork.RUN, "nothing"));
    List<HistoryEvent> events = handle.history(RunWork.RUN, 1);
    RunWork.Totals totals = RunWork.Totals.of(run);
    Map<String, Long> inputs = consumed(provider, RunWork.INPUTS, totals.inputs());
    delivered.forEach((id, sequence) ->
        Expect.equal(
            "An input that was delivered is not there: " + id + ".", sequence, inputs.get(id)));
    List<Long> all = LongStream.rangeClosed(1, totals.inputs()).boxed().toList();
    Expect.equal(
        "History and inbox tell of other inputs.",
        all,
        events.stream()
            .flatMap(event -> RunWork.Noted.of(event).inputs().stream())
            .sorted()
            .toList());
    Expect.equal(
        "History and steps tell of other ends.",
        all,
        events.stream()
            .flatMap(event -> RunWork.Noted.of(event).done().stream())
            .sorted()
            .toList());
    expectSteps(tables, all);
    Set<String> sent = new HashSet<>();
    Set<String> moved = new HashSet<>();
    for (long sequence : all) {
      sent.add(RunWork.step(sequence));
      moved.add(RunWork.moved(RunWork.step(sequence)));
    }
    Expect.equal(
        "Steps and the inbox behind them tell of other messages.",
        sent,
        consumed(provider, RunWork.SINK, all.size()).keySet());
    Expect.equal("A message was moved twice, or not.", moved, pending(provider, all.size()));
    Expect.that(
        "Merges are lost or doubled.",
        "%d to %d merges".formatted(merged, merging - unmerged),
        totals.merges() + " merges",
        totals.merges() >= merged && totals.merges() <= merging - unmerged);
    Expect.equal(
        "The version of the run does not count its turns and merges.",
        events.size() + totals.merges(),
        run.summary().version());
    Expect.above("Nothing happened.", 0, all.size());
  }

  private static void expectSteps(StateTables tables, List<Long> all) {
    Expect.equal(
        "Not as many steps are completed as inputs were consumed.",
        (long) all.size(),
        tables.stepCounts(RunWork.RUN).getOrDefault(StepStatus.COMPLETED, 0L));
    for (long sequence : all) {
      String stepId = RunWork.step(sequence);
      List<Step> found = tables.steps(RunWork.RUN, Set.of(stepId));
      Expect.equal("A step is not there: " + stepId + ".", 1, found.size());
      Step step = found.get(0);
      Expect.equal(
          "A step was not completed: " + stepId + ".",
          StepStatus.COMPLETED,
          step.summary().status());
      Expect.equal("A step was begun again: " + stepId + ".", 1, step.summary().attempt());
      Expect.equal(
          "A step lost its outputs: " + stepId + ".", RunWork.output(sequence), step.outputs());
    }
  }

  /** The numbers of the messages of an inbox, by their ids; all must have been consumed. */
  private static Map<String, Long> consumed(Provider provider, InboxKey key, long expected) {
    return messages(provider, key, InboxStatus.CONSUMED, expected);
  }

  private static Set<String> pending(Provider provider, long expected) {
    return messages(provider, RunWork.MOVED, InboxStatus.PENDING, expected).keySet();
  }

  private static Map<String, Long> messages(
      Provider provider, InboxKey key, InboxStatus status, long expected) {
    DurableInbox inbox = provider.capability(DurableInbox.class).orElseThrow();
    long last =
        inbox.counts(key.runId()).stream()
            .filter(counts -> counts.key().equals(key))
            .mapToLong(InboxCounts::lastSequence)
            .findFirst()
            .orElse(0);
    Expect.equal("The inbox " + key + " has another number of messages.", expected, last);
    Map<String, Long> ids = new HashMap<>();
    for (long sequence = 1; sequence <= last; sequence++) {
      InboxMessage message = inbox.message(key, sequence).orElse(null);
      Expect.that("The inbox " + key + " has a gap at " + sequence + ".", message != null);
      if (message != null) {
        Expect.equal(
            "Message %d of %s stands elsewhere.".formatted(sequence, key),
            status,
            message.status());
        ids.put(message.content().messageId(), sequence);
      }
    }
    return ids;
  }

  /**
   * How much was done.
   *
   * @return in a few words
   */
  public String summary() {
    return ("%d processes killed; %d inputs delivered, %d turns, %d steps completed, %d messages"
            + " moved, %d merges; %d calls refused or cut; rows, inboxes and history agree")
        .formatted(started, delivered.size(), turned, completed, moved, merged, refused);
  }
}
