// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.TurnAhead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hands out instances and takes them back. Runs under the store's lock. */
final class OrchestratorQueue {

  private final ReferenceStore store;

  OrchestratorQueue(ReferenceStore store) {
    this.store = store;
  }

  /**
   * Locks ready instances, longest ready first. A corrupt one is reported only when there is
   * nothing else.
   */
  List<OrchestrationItem> fetch(String operation, OrchestrationFetch request) {
    Instant now = store.now();
    store.instances.values().forEach(instance -> discardOrphans(instance, now));
    List<OrchestrationItem> items = new ArrayList<>();
    ByteBudget budget = new ByteBudget(request.maxBytes());
    CorruptData unreadable = null;
    for (Candidate candidate : candidates(request, now)) {
      if (items.size() == request.max() || !budget.admits(candidate.bytes())) {
        break;
      }
      try {
        items.add(lock(operation, candidate, request, budget, now));
      } catch (CorruptData corrupt) {
        unreadable = corrupt;
      }
    }
    if (items.isEmpty() && unreadable != null) {
      throw unreadable;
    }
    return items;
  }

  /** An item without a name goes to whoever asks. */
  private static boolean isServed(Candidate candidate, @Nullable Set<OrchestrationCode> served) {
    Label label = candidate.label();
    return served == null
        || label.name() == null
        || served.contains(new OrchestrationCode(label.name(), label.version()));
  }

  /**
   * Locks one instance if a fetch could. One that cannot be read is left alone: the call that
   * claims has done its work, and a fetch will report it.
   */
  Optional<OrchestrationItem> claim(String operation, String instanceId, EagerInstance eager) {
    Instant now = store.now();
    OrchestrationFetch asFetch =
        OrchestrationFetch.of(1, eager.lockFor()).withInlineHistory(eager.inlineHistory());
    try {
      return candidate(store.instance(instanceId), now)
          .filter(candidate -> candidate.instance().isReplayableBy(eager.versionFilter()))
          .map(candidate ->
              lock(operation, candidate, asFetch, new ByteBudget(Long.MAX_VALUE), now));
    } catch (CorruptData unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Whether a turn ahead may be applied to an instance: it could be claimed, with one message that
   * is younger than a number, and its history ends where the turn was computed.
   */
  boolean fits(String instanceId, long since, EagerInstance eager, TurnAhead turn) {
    InstanceState instance = store.instance(instanceId);
    @Nullable ExecutionState execution = instance.executions.get(instance.currentExecution());
    return candidate(instance, store.now())
            .filter(one -> instance.isReplayableBy(eager.versionFilter()))
            .filter(one -> one.batch().size() == 1 && one.batch().get(0).number() > since)
            .isPresent()
        && instance.currentExecution() == turn.onExecutionId()
        && endsWith(execution, turn);
  }

  private static boolean endsWith(@Nullable ExecutionState execution, TurnAhead turn) {
    if (execution == null || execution.events.isEmpty()) {
      return turn.onLastEventId() == 0;
    }
    HistoryEvent last = execution.events.lastEntry().getValue().event();
    return last.eventId() == turn.onLastEventId()
        && (turn.onLastEventAt() == null || turn.onLastEventAt().equals(last.recordedAt()));
  }

  void abandon(String operation, LockToken.OfInstance token, AbandonOptions how) {
    InstanceState instance = store.instances.get(token.instanceId());
    if (instance == null || !instance.lock.isCurrent(token.epoch())) {
      throw new LockLost(operation, token, "it does not hold the lock");
    }
    instance.lock.abandoned(
        ReferenceStore.plus(store.now(), how.delay()), how.countDelivery(), store.nextNumber());
  }

  boolean renew(LockToken.OfInstance token, Duration extendFor) {
    InstanceState instance = store.instances.get(token.instanceId());
    if (instance == null || !instance.lock.isLive(token.epoch(), store.now())) {
      return false;
    }
    instance.lock.extend(ReferenceStore.plus(store.now(), extendFor));
    return true;
  }

  /** Says of a locked instance why it does not move. */
  void report(String operation, LockToken.OfInstance token, String problem) {
    live(operation, token).problem = new ReportedProblem(problem, store.now(), store.nextNumber());
  }

  private InstanceState live(String operation, LockToken.OfInstance token) {
    return live(store, operation, token);
  }

  /** Requires a live lock. */
  static InstanceState live(ReferenceStore store, String operation, LockToken.OfInstance token) {
    InstanceState instance = store.instances.get(token.instanceId());
    if (instance == null || !instance.lock.isLive(token.epoch(), store.now())) {
      throw new LockLost(operation, token, "it does not hold the lock now");
    }
    return instance;
  }

  /**
   * Messages to an instance that was never started go when they say so, unless a start is queued.
   */
  private static void discardOrphans(InstanceState instance, Instant now) {
    orphansToDiscard(instance, now).forEach(message -> instance.consume(message.number()));
  }

  /** The messages that a fetch discards if it meets them. */
  static List<StoredMessage> orphansToDiscard(InstanceState instance, Instant now) {
    if (instance.isKnown() || instance.hasQueuedStart()) {
      return List.of();
    }
    return instance.visible(now).stream()
        .filter(message -> message.message().discardIfUnknown())
        .toList();
  }

  /** What a fetch may take. What it passes by has no say in the order of the others. */
  private List<Candidate> candidates(OrchestrationFetch request, Instant now) {
    List<Candidate> candidates = new ArrayList<>();
    for (InstanceState instance : store.instances.values()) {
      candidate(instance, now)
          .filter(one -> instance.isReplayableBy(request.versionFilter()))
          .filter(one -> isServed(one, request.served()))
          .ifPresent(candidates::add);
    }
    return inOrder(candidates);
  }

  private static Optional<Candidate> candidate(InstanceState instance, Instant now) {
    List<StoredMessage> batch = instance.visible(now);
    boolean deliverable = instance.isKnown() || batch.stream().anyMatch(StoredMessage::isStart);
    return deliverable && !batch.isEmpty() && instance.lock.isFree(now)
        ? Optional.of(new Candidate(instance, batch))
        : Optional.empty();
  }

  /** Longest ready first, and in the order of the provider that is followed if that is one. */
  private List<Candidate> inOrder(List<Candidate> candidates) {
    candidates.sort(
        Comparator.comparing(Candidate::readySince).thenComparing(Candidate::readyNumber));
    List<Candidate> followed = new ArrayList<>();
    for (Object id : store.preference.order()) {
      candidates.stream().filter(one -> one.id().equals(id)).forEach(followed::add);
    }
    List<Candidate> others = new ArrayList<>(candidates);
    others.removeAll(followed);
    if (!store.preference.always() && !isLongestReadyFirst(followed, others)) {
      return candidates;
    }
    followed.addAll(others);
    return followed;
  }

  /** Whether an order is one that the contract allows. Those of one moment come in any order. */
  private static boolean isLongestReadyFirst(List<Candidate> first, List<Candidate> others) {
    Instant reached = Instant.MIN;
    for (Candidate candidate : first) {
      if (candidate.readySince().isBefore(reached)) {
        return false;
      }
      reached = candidate.readySince();
    }
    Instant last = reached;
    return others.stream().noneMatch(other -> other.readySince().isBefore(last));
  }

  /** An instance that can be delivered now, and what it would be delivered with. */
  private record Candidate(InstanceState instance, List<StoredMessage> batch) {

    String id() {
      return instance.id;
    }

    /** The later of: a message became visible that makes it ready, the lock became free. */
    Instant readySince() {
      return later(first().visibleAt(), instance.lock.freeFrom());
    }

    /** Orders what became ready at the same moment. */
    long readyNumber() {
      return Math.max(first().number(), instance.lock.freedNumber());
    }

    /** The size of its messages. */
    long bytes() {
      return batch.stream().mapToLong(message -> message.message().body().size()).sum();
    }

    /** The name and version that its item has. */
    Label label() {
      @Nullable InstanceRow row = instance.row;
      if (row != null) {
        return new Label(row.name(), row.version());
      }
      return batch.stream()
          .flatMap(message -> Optional.ofNullable(message.message().start()).stream())
          .findFirst()
          .map(start -> new Label(start.name(), start.version()))
          .orElse(new Label(null, null));
    }

    /** An instance that is not known is not ready before its start is visible. */
    private StoredMessage first() {
      return batch.stream()
          .filter(message -> instance.isKnown() || message.isStart())
          .min(Comparator.comparing(StoredMessage::visibleAt).thenComparing(StoredMessage::number))
          .orElseThrow();
    }
  }

  /** The code of an instance, as far as anything is known of it. */
  private record Label(@Nullable String name, @Nullable String version) {}

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private OrchestrationItem lock(
      String operation,
      Candidate candidate,
      OrchestrationFetch request,
      ByteBudget budget,
      Instant now) {
    InstanceState instance = candidate.instance();
    List<OrchestratorMessage> messages = read(operation, candidate);
    long execution = instance.currentExecution();
    History history =
        Histories.inline(
            operation,
            instance.id,
            instance.executions.get(execution),
            request.inlineHistory(),
            budget.besides(candidate.bytes()));
    budget.take(
        candidate.bytes()
            + history.events().stream().mapToLong(event -> event.data().size()).sum());
    Label label = candidate.label();

    instance.lock.acquire(store.nextNumber(), ReferenceStore.plus(now, request.lockFor()));
    instance.batch = candidate.batch().stream().map(StoredMessage::number).toList();
    return new OrchestrationItem(
        instance.id,
        label.name(),
        label.version(),
        execution,
        history,
        messages,
        instance.values.seenByTurns(),
        instance.lock.deliveries(),
        new LockToken.OfInstance(instance.id, instance.lock.epoch()),
        now);
  }

  private static List<OrchestratorMessage> read(String operation, Candidate candidate) {
    InstanceRow row = candidate.instance().row;
    if (row != null && row.corrupt()) {
      throw new CorruptData(operation, candidate.instance().id, "its row cannot be read", null);
    }
    if (candidate.batch().stream().anyMatch(StoredMessage::corrupt)) {
      throw new CorruptData(operation, candidate.instance().id, "a message cannot be read", null);
    }
    return candidate.batch().stream().map(StoredMessage::message).toList();
  }
}
