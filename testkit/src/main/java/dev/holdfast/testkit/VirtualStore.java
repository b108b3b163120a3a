// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.History;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkerListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in virtual time: tells the time what is under way and what is due, and wakes up waiting
 * fetches at once. What a worker would take over from its own calls is fetched, so that everything
 * goes one way and begins at the virtual now. Thread-safe.
 */
final class VirtualStore implements Provider, WorkerListener {

  /** Activities and orchestrations of the engine itself begin with this. */
  private static final String OF_ENGINE = "holdfast.";

  private final Provider store;
  private final VirtualTime time;
  private final TestedCode code;
  private final Map<LockToken, LogPosition> looks = new ConcurrentHashMap<>();
  private final Collection<Work> underWay = new ConcurrentLinkedQueue<>();
  private final Collection<String> problems = new ConcurrentLinkedQueue<>();

  /** What a test has registered. */
  interface TestedCode {
    /** {@return whether there is an activity of this name} */
    boolean hasActivity(String name);

    /** {@return whether there is an orchestration of this name and version} */
    boolean hasOrchestration(String name, @Nullable String version);
  }

  VirtualStore(Provider store, VirtualTime time, TestedCode code) {
    this.store = store;
    this.time = time;
    this.code = code;
  }

  /** {@return what has kept instances from going on, for people; empty when nothing has} */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** {@return what is being processed, for people} */
  List<String> underWay() {
    return underWay.stream()
        .map(work ->
            "%s \"%s\" of instance \"%s\""
                .formatted(
                    work.kind() == Work.Kind.TURN ? "a turn of" : "the activity",
                    work.name(),
                    work.instanceId()))
        .toList();
  }

  // ---- listener --------------------------------------------------------------------------------

  @Override
  public void begun(Work work) {
    underWay.add(work);
  }

  @Override
  public void ended(Work work, boolean stored, Duration took) {
    underWay.remove(work);
    time.processed();
  }

  // ---- queues ----------------------------------------------------------------------------------

  @Override
  public ProviderInfo info() {
    ProviderInfo info = store.info();
    EnumSet<Feature> features = EnumSet.copyOf(info.features());
    features.remove(Feature.EAGER_DISPATCH);
    features.remove(Feature.TURNS_AHEAD);
    return new ProviderInfo(
        info.id(), info.version(), info.specVersion(), features, info.limits(), info.wakeUpBound());
  }

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    OrchestrationFetch now = request.withWaitUpTo(Duration.ZERO);
    return fetch(
        VirtualTime.Queue.ORCHESTRATOR,
        request.waitUpTo(),
        () -> store.fetchOrchestrationItems(now));
  }

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    ActivityFetch now = request.withWaitUpTo(Duration.ZERO);
    List<ActivityItem> items =
        fetch(VirtualTime.Queue.WORKER, request.waitUpTo(), () -> store.fetchActivityItems(now));
    for (ActivityItem item : items) {
      if (item.task().name().startsWith(OF_ENGINE)) {
        logEnd().ifPresent(position -> looks.put(item.lockToken(), position));
      }
    }
    return items;
  }

  private <T> List<T> fetch(VirtualTime.Queue queue, Duration waitUpTo, Supplier<List<T>> fetch) {
    long end = System.nanoTime() + waitUpTo.toNanos();
    while (true) {
      long seen = time.version();
      List<T> items = fetch.get();
      if (!items.isEmpty()) {
        time.taken(items.size());
        return items;
      }
      if (!time.awaitChange(queue, seen, end - System.nanoTime())) {
        return List.of();
      }
    }
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    AckResult result = store.ackOrchestrationItem(ack);
    stored(ack);
    time.changed();
    return result;
  }

  @Override
  public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
    List<AckResult> results = store.ackOrchestrationItems(acks);
    acks.forEach(this::stored);
    time.changed();
    return results;
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    AckResult result = store.ackActivityItem(ack);
    stored(ack);
    time.changed();
    return result;
  }

  @Override
  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
    List<AckResult> results = store.ackActivityItems(acks);
    acks.forEach(this::stored);
    time.changed();
    return results;
  }

  /** A moment of an ack that was rejected does no harm: nothing happens then. */
  private void stored(OrchestrationAck ack) {
    for (ActivityTask task : ack.activities()) {
      if (!task.name().startsWith(OF_ENGINE) && !code.hasActivity(task.name())) {
        problems.add(
            "instance \"%s\" calls the activity \"%s\", of which the test says nothing; say what it does with test.activity(...) before the first start"
                .formatted(task.instanceId(), task.name()));
      }
    }
    ack.messages().forEach(this::stored);
    ack.changes().forEach(this::stored);
  }

  private void stored(ActivityAck ack) {
    looks.remove(ack.lockToken());
    if (ack.completion() != null) {
      stored(ack.completion());
    }
    ack.changes().forEach(this::stored);
  }

  private void stored(Change change) {
    if (change instanceof SendMessage(OrchestratorMessage message)) {
      stored(message);
    }
  }

  private void stored(OrchestratorMessage message) {
    switch (message.due()) {
      case Due.Now now -> {}
      case Due.At(Instant at) -> time.due(at);
      case Due.In(Duration delay) -> time.due(time.after(delay));
    }
    ExecutionStart start = message.start();
    if (start != null
        && !start.name().startsWith(OF_ENGINE)
        && !code.hasOrchestration(start.name(), start.version())) {
      problems.add(
          "instance \"%s\" is of the orchestration \"%s\"%s, which is not registered; register it with test.orchestration(...) before the first start"
              .formatted(
                  message.instanceId(),
                  start.name(),
                  start.version() == null ? "" : " of version \"" + start.version() + "\""));
    }
  }

  @Override
  public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
    return store.renew(tokens, extendFor);
  }

  /**
   * An activity of the engine that is given back waits for the log to grow, and is looked at again
   * only for that: without it the time would go on in small steps for ever.
   */
  @Override
  public void abandon(LockToken token, AbandonOptions how) {
    store.abandon(token, how);
    LogPosition seen = looks.remove(token);
    if (how.delay().isPositive()) {
      Instant at = time.after(how.delay());
      if (seen == null) {
        time.due(at);
      } else {
        time.due(at, () -> !logEnd().equals(Optional.of(seen)));
      }
    }
    time.changed();
  }

  private Optional<LogPosition> logEnd() {
    return store.capability(EventStreams.class).map(streams -> streams.head().position());
  }

  // ---- messages, reads and the rest ------------------------------------------------------------

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    EnqueueResult result = store.enqueue(message);
    stored(message);
    time.changed();
    return result;
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    return enqueue(message);
  }

  @Override
  public void enqueueAll(List<OrchestratorMessage> messages) {
    store.enqueueAll(messages);
    messages.forEach(this::stored);
    time.changed();
  }

  @Override
  public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
    return store.readHistory(instanceId, executionId, afterEventId, limit);
  }

  @Override
  public OptionalLong latestExecutionId(String instanceId) {
    return store.latestExecutionId(instanceId);
  }

  @Override
  public List<EndedInstance> readEnded(EndedRead request) {
    return store.readEnded(request);
  }

  @Override
  public Optional<InstanceDescription> describeInstance(String instanceId) {
    return store.describeInstance(instanceId);
  }

  @Override
  public void reportProblem(LockToken token, String problem) {
    problems.add("instance \"%s\" cannot go on: %s".formatted(token.instanceId(), problem));
    store.reportProblem(token, problem);
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    return store.capability(type);
  }

  @Override
  public void close() {
    store.close();
  }
}
