// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.ParkedStreamException;
import dev.holdfast.streams.internal.Commands;
import dev.holdfast.streams.internal.Decision;
import dev.holdfast.streams.internal.Folded;
import dev.holdfast.streams.queue.Journal.Waiting;
import dev.holdfast.streams.queue.JournalEvent.How;
import dev.holdfast.worker.TurnContext;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.WorkFailure;
import dev.holdfast.worker.internal.util.Told;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes one turn of a queue: entries are decided one after the other, each on the state that the
 * ones before it have left, and all of it goes to the store in one ack. Entries that are not
 * processed leave the orchestrator queue with the ack as well, and wait in the history.
 *
 * @param <S> the state
 * @param <E> the events
 */
final class QueueTurn<S, E> {

  /** So many entries are processed in one turn; the others in the next one. */
  private static final int MOST = 200;

  /** After so many events a history that is clear is left for a new one: each turn reads it. */
  private static final long LONG_HISTORY = Journal.PAGE;

  private final TurnContext context;
  private final Commands<S, QueueEntry, E> commands;
  private final QueuePolicy policy;
  private final boolean careful;
  private final EventStreams streams;
  private final Tally tally = new Tally();
  private final List<HistoryEvent> delta = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<OrchestratorMessage> messages = new ArrayList<>();
  private final Deque<Waiting> line = new ArrayDeque<>();
  private final Journal journal;
  private final long executionId;
  private long lastEventId;
  private final EntrySpans spans;
  private final long begun = System.nanoTime();
  private boolean wasLooked;
  private @Nullable Folded<S> loaded;
  private @Nullable Folded<S> state;

  /**
   * Begins a turn.
   *
   * @param careful whether an entry may have been appended before, or somebody else has appended
   *     meanwhile: then its events are looked for first
   */
  QueueTurn(
      TurnContext context,
      Commands<S, QueueEntry, E> commands,
      QueuePolicy policy,
      boolean careful) {
    this.context = context;
    this.commands = commands;
    this.policy = policy;
    spans = new EntrySpans(commands.store());
    streams =
        context
            .capability(EventStreams.class)
            .orElseThrow(() -> new ProviderError.NotSupported("queue", Feature.EVENT_STREAMS));
    Journal read = Journal.of(context.history(), context::readHistory);
    boolean next = read.isClear() && read.lastEventId() >= LONG_HISTORY;
    journal = read;
    this.careful = careful || read.isOneByOne();
    executionId = next ? context.executionId() + 1 : context.executionId();
    lastEventId = next ? 0 : read.lastEventId();
  }

  Tally tally() {
    return tally;
  }

  /** Notes that it is stored: keeps the state that it has come to. */
  void applied() {
    spans.stored();
    Folded<S> before = loaded;
    Folded<S> after = state;
    if (before != null && after != null && after.version() > before.version()) {
      commands.applied(new Decision<>(before, List.of(), null, after));
    }
  }

  /** Forgets what was not stored. */
  void close() {
    spans.close();
  }

  /** Processes what there is. */
  TurnOutput compute() {
    receive();
    int budget = journal.isOneByOne() ? 1 : MOST;
    while (!line.isEmpty() && budget-- > 0 && journal.stoppedAt() == null) {
      Waiting next = line.element();
      if (isEarly(next) || !isOver(next)) {
        break;
      }
      line.remove();
    }
    return output();
  }

  /**
   * Gives up the entry that keeps the queue from going on. Which one that is of several is not
   * known: then they are processed alone from now on.
   */
  TurnOutput giveUp(WorkFailure why) {
    receive();
    Waiting first = line.peek();
    if (first == null) {
      return output();
    }
    if (line.size() > 1 && !journal.isOneByOne()) {
      line.forEach(this::defer);
      emit(new JournalEvent.OneByOne());
    } else if (why.reason() == WorkFailure.Reason.REFUSED && versionOf(first.entry()) != null) {
      line.remove();
      emit(new JournalEvent.Settled(first.entry().id(), How.APPENDED));
    } else {
      line.remove();
      die(first.entry(), first.attempts() + 1, why.message());
    }
    return output();
  }

  // ---- what has come --------------------------------------------------------------------------

  private void receive() {
    List<String> dropped = new ArrayList<>();
    List<QueueEntry> fresh = new ArrayList<>();
    DeadLetters letters = null;
    for (OrchestratorMessage stored : context.messages()) {
      switch (QueueMessage.of(stored)) {
        case QueueMessage.Enqueued(QueueEntry entry) -> fresh.add(entry);
        case QueueMessage.Look look -> wasLooked = true;
        case QueueMessage.Drop(String id) -> {
          dropped.add(id);
          letters = letters == null ? letters(stream(stored)) : letters;
          dropDead(letters.get(id));
        }
        case QueueMessage.Redrive(String id) -> {
          letters = letters == null ? letters(stream(stored)) : letters;
          redrive(letters.get(id));
        }
      }
    }
    line.addAll(journal.waiting());
    fresh.forEach(entry -> line.add(Waiting.of(entry)));
    line.removeIf(waiting -> dropped.contains(waiting.entry().id()) && drop(waiting.entry()));
  }

  private static StreamId stream(OrchestratorMessage stored) {
    return QueueMessage.stream(stored);
  }

  private DeadLetters letters(StreamId stream) {
    return context.read(() -> DeadLetters.read(streams, stream));
  }

  private void redrive(DeadLetters.@Nullable Dead dead) {
    if (dead != null && dead.isDead() && journal.waiting(dead.entry().id()) == null) {
      String id = dead.entry().id();
      boolean first = id.equals(journal.stoppedAt());
      changes.add(DeadLetters.became(dead.entry().stream(), id, DeadLetters.REDRIVEN));
      emit(new JournalEvent.Deferred(dead.entry(), first));
      if (first) {
        emit(new JournalEvent.Resumed());
      }
    }
  }

  private void dropDead(DeadLetters.@Nullable Dead dead) {
    if (dead != null && dead.isDead() && journal.waiting(dead.entry().id()) == null) {
      String id = dead.entry().id();
      changes.add(DeadLetters.became(dead.entry().stream(), id, DeadLetters.DROPPED));
      if (id.equals(journal.stoppedAt())) {
        emit(new JournalEvent.Resumed());
      }
    }
  }

  private boolean drop(QueueEntry entry) {
    emit(new JournalEvent.Settled(entry.id(), How.DROPPED));
    return true;
  }

  // ---- one entry ------------------------------------------------------------------------------

  private boolean isEarly(Waiting entry) {
    Instant at = entry.nextAt();
    return at != null && at.isAfter(context.fetchedAt());
  }

  /** Processes an entry; returns false when it is to be tried again later. */
  private boolean isOver(Waiting waiting) {
    QueueEntry entry = waiting.entry();
    if (careful && versionOf(entry) != null) {
      settle(entry, How.APPENDED);
      return true;
    }
    Folded<S> before = state(entry.stream());
    Decision<S, E> decision;
    try {
      decision = spans.of(entry, () -> decided(before, waiting));
    } catch (ParkedStreamException e) {
      throw e; // it is the stream that cannot be read, not the entry
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
        throw e;
      }
      return failed(waiting, Told.text(e));
    }
    if (decision.append() == null) {
      emit(new JournalEvent.Settled(entry.id(), How.NOTHING));
    } else {
      changes.add(decision.append());
      settle(entry, How.APPENDED);
    }
    state = decision.after();
    tally.processed++;
    tally.events += decision.events().size();
    return true;
  }

  private Decision<S, E> decided(Folded<S> before, Waiting waiting) {
    QueueEntry entry = waiting.entry();
    return commands.decide(
        before, entry, entry.id(), entry.context(), micros(), waiting.attempts());
  }

  private Folded<S> state(StreamId stream) {
    Folded<S> known = state;
    if (known == null) {
      known = context.read(() -> commands.load(stream)).folded();
      state = known;
      loaded = known;
    }
    return known;
  }

  private long micros() {
    return (System.nanoTime() - begun) / 1_000;
  }

  private @Nullable Long versionOf(QueueEntry entry) {
    return context.read(() -> commands.lastVersion(entry.stream(), entry.id()));
  }

  /** Notes that an entry is over; what has left no note before needs none. */
  private void settle(QueueEntry entry, How how) {
    if (journal.waiting(entry.id()) != null) {
      emit(new JournalEvent.Settled(entry.id(), how));
    }
  }

  private boolean failed(Waiting waiting, String error) {
    QueueEntry entry = waiting.entry();
    int attempt = waiting.attempts() + 1;
    tally.failed++;
    if (attempt >= policy.attempts()) {
      die(entry, attempt, error);
      return true;
    }
    defer(waiting);
    Instant nextAt = context.fetchedAt().plus(policy.backoff().after(attempt));
    emit(new JournalEvent.Failed(entry.id(), attempt, error, nextAt));
    messages.add(QueueMessage.look(context.instanceId(), Due.at(nextAt)));
    return false;
  }

  private void die(QueueEntry entry, int attempts, String error) {
    changes.add(DeadLetters.died(entry, attempts, error));
    emit(new JournalEvent.Settled(entry.id(), How.DEAD));
    tally.dead++;
    if (policy.afterDeath() == QueuePolicy.AfterDeath.STOP) {
      emit(new JournalEvent.Stopped(entry.id()));
    }
  }

  private void defer(Waiting waiting) {
    if (journal.waiting(waiting.entry().id()) == null) {
      emit(new JournalEvent.Deferred(waiting.entry(), false));
    }
  }

  private void emit(JournalEvent event) {
    journal.apply(event);
    delta.add(event.stored(++lastEventId, context.fetchedAt()));
  }

  // ---- what is stored -------------------------------------------------------------------------

  private TurnOutput output() {
    line.forEach(this::defer);
    Waiting first = line.peek();
    if (first != null && journal.stoppedAt() == null && messages.isEmpty()) {
      Instant at = first.nextAt();
      if (at == null || !isEarly(first)) {
        messages.add(QueueMessage.look(context.instanceId(), Due.now()));
      } else if (wasLooked) {
        // A clock that stepped back: what was to wake the queue is consumed.
        messages.add(QueueMessage.look(context.instanceId(), Due.at(at)));
      }
    }
    return TurnOutput.of(delta.isEmpty() ? context.executionId() : executionId)
        .historyDelta(delta)
        .changes(changes)
        .messages(messages)
        .metadata(ExecutionMetadata.builder().name(context.name()).build())
        .build();
  }

  /** What a turn comes to, in numbers. Not thread-safe. */
  static final class Tally {
    int processed;
    int events;
    int failed;
    int dead;
  }
}
