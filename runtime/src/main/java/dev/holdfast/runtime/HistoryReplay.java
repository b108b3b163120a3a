// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.runtime.internal.BlockedCode;
import dev.holdfast.runtime.internal.Interceptors;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.event.UnreadableException;
import dev.holdfast.runtime.internal.replay.CodeWatch;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.HistoryLimit;
import dev.holdfast.runtime.internal.replay.Host;
import dev.holdfast.runtime.internal.replay.PayloadLimit;
import dev.holdfast.runtime.internal.replay.StoreFeatures;
import dev.holdfast.worker.internal.util.WorkerThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Replays recorded histories against code, as a worker would before it goes on: whether new code
 * can take over instances that old code began is known before it is deployed. No store is involved,
 * and nothing is done: activities have their recorded results.
 *
 * <p>What a worker takes for the same is the same here: names, order and attempts of calls count,
 * inputs and outputs do not. Key-values are not in histories: an execution is replayed without
 * those that earlier executions have left.
 *
 * <p>Immutable and thread-safe.
 */
public final class HistoryReplay {

  /** Failures that an engine has recorded in place of the code. */
  private static final Set<String> OF_ENGINES =
      Set.of(
          Failure.POISON,
          Failure.UNREADABLE,
          Failure.UNREGISTERED,
          Failure.REFUSED,
          Failure.TERMINATED,
          NondeterminismException.class.getName());

  private final Registry registry;
  private final Duration codeAtMost;
  private final Host host;

  private HistoryReplay(Builder builder) {
    registry = builder.registry.build();
    codeAtMost = builder.codeAtMost;
    host =
        new Host(
            new PayloadCodec(builder.converter),
            new WorkerThreads(),
            new CodeWatch(codeAtMost, new Nobody()),
            new PayloadLimit(Long.MAX_VALUE),
            new StoreFeatures("none", EnumSet.allOf(Feature.class)),
            Interceptors.NONE,
            HistoryLimit.NONE);
  }

  /** {@return a new builder, without orchestrations} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Replays all executions of a history.
   *
   * @param history the history
   * @throws NondeterminismException when the code does not follow it; the first place that differs
   * @throws HoldfastException when no orchestration of the recorded name and version is registered,
   *     the history cannot be read, or the code does not come back
   */
  public void run(RecordedHistory history) {
    for (RecordedHistory.Execution execution : history.executions()) {
      run(history, execution);
    }
  }

  /**
   * Replays one execution of a history.
   *
   * @param history the history
   * @param execution one of its executions
   * @throws NondeterminismException when the code does not follow it; the first place that differs
   * @throws HoldfastException when no orchestration of the recorded name and version is registered,
   *     the history cannot be read, or the code does not come back
   */
  public void run(RecordedHistory history, RecordedHistory.Execution execution) {
    List<HistoryEntry> entries = ofTheCode(execution);
    if (entries.isEmpty()) {
      return; // an engine ended it before any code ran
    }
    if (!(entries.getFirst().event() instanceof Event.OrchestrationStarted started)) {
      throw new UnreadableException("the history does not begin with a start", null);
    }
    Orchestration<?, ?> code = registry.orchestration(started.name(), started.version());
    if (code == null) {
      throw new HoldfastException(
          "no orchestration \"%s\"%s is registered for the replay of instance \"%s\""
              .formatted(
                  started.name(),
                  started.version() == null
                      ? " without a version"
                      : " of version \"" + started.version() + "\"",
                  history.instanceId()));
    }
    Execution replayed =
        new Execution(
            history.instanceId(),
            execution.executionId(),
            code,
            host,
            Map.of(),
            (earlier, after, limit) -> page(history, earlier, after, limit));
    try {
      replayed.replayWithin(codeAtMost, entries);
    } finally {
      replayed.unwind();
    }
  }

  /** What the code has to follow: not the end that an engine recorded in its place. */
  private static List<HistoryEntry> ofTheCode(RecordedHistory.Execution execution) {
    List<HistoryEntry> entries = new ArrayList<>();
    for (HistoryEvent event : execution.events()) {
      entries.add(Codec.decode(event));
    }
    if (entries.getLast().event() instanceof Event.OrchestrationFailed failed
        && OF_ENGINES.contains(failed.failure().type())) {
      entries.removeLast();
      if (entries.size() == 1) {
        entries.removeLast(); // the start that was recorded along with it; no code has seen it
      }
    }
    return entries;
  }

  private static History page(RecordedHistory history, long executionId, long after, int limit) {
    for (RecordedHistory.Execution execution : history.executions()) {
      if (execution.executionId() == executionId) {
        List<HistoryEvent> behind =
            execution.events().stream().filter(event -> event.eventId() > after).toList();
        List<HistoryEvent> page = behind.subList(0, Math.min(limit, behind.size()));
        return new History(
            execution.events().getLast().eventId(), page, page.size() == behind.size());
      }
    }
    throw new UnreadableException(
        "the code takes events that execution %d has left, which is not in the recorded history; record all executions"
            .formatted(executionId),
        null);
  }

  /** Code that does not come back ends the replay; nobody else is told. */
  private static final class Nobody implements BlockedCode {
    @Override
    public void blocked(Report report) {}

    @Override
    public void cameBack(Report last) {}
  }

  /** Collects what is replayed against. Not thread-safe. */
  public static final class Builder {

    private final Registry.Builder registry = new Registry.Builder();
    private Duration codeAtMost = Duration.ofMinutes(1);
    private DataConverter converter = DataConverter.jackson();

    private Builder() {}

    /**
     * Registers an orchestration. The same name may be registered under several versions.
     *
     * @param orchestration the orchestration with its code
     * @return this
     * @throws IllegalArgumentException when name and version are registered already, or it has no
     *     code
     */
    public Builder orchestration(Orchestration<?, ?> orchestration) {
      registry.add(orchestration);
      return this;
    }

    /**
     * Sets how values are decoded; the same that the workers use.
     *
     * @param converter the converter; {@link DataConverter#jackson()} unless set
     * @return this
     */
    public Builder dataConverter(DataConverter converter) {
      this.converter = Objects.requireNonNull(converter, "converter");
      return this;
    }

    /**
     * Sets how long the replay of one execution may take.
     *
     * @param limit above zero; 1 minute unless set
     * @return this
     * @throws IllegalArgumentException when it is not positive
     */
    public Builder codeAtMost(Duration limit) {
      if (!limit.isPositive()) {
        throw new IllegalArgumentException("codeAtMost is " + limit + "; it must be above zero");
      }
      codeAtMost = limit;
      return this;
    }

    /** {@return the replay} */
    public HistoryReplay build() {
      return new HistoryReplay(this);
    }
  }
}
