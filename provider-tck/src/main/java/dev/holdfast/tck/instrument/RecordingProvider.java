// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Passes every call on unchanged and notes it in a {@link CallLog}. Thread-safe. */
public final class RecordingProvider implements Provider {

  private final String name;
  private final Provider provider;
  private final CallLog log;
  private final Owed owed;
  private final RecordedCapabilities capabilities;

  /**
   * A provider whose calls are noted.
   *
   * @param name of the handle
   * @param provider the provider
   * @param log notes the calls
   * @param owed hears what is put into the queues of the store and taken out
   */
  public RecordingProvider(String name, Provider provider, CallLog log, Owed owed) {
    this.name = name;
    this.provider = provider;
    this.log = log;
    this.owed = owed;
    capabilities = new RecordedCapabilities(name, provider, log);
  }

  /** What is in the queues of the store, as far as the calls say. */
  public Owed owed() {
    return owed;
  }

  @Override
  public ProviderInfo info() {
    return provider.info();
  }

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    return log.record(
        call("fetchOrchestrationItems", Show.of(request)),
        request.waitUpTo(),
        () -> provider.fetchOrchestrationItems(request),
        Show::of,
        owed::delivered);
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return record(
        "ackOrchestrationItem",
        Show.of(ack),
        () -> provider.ackOrchestrationItem(ack),
        (number, result) -> owed.acked(number, ack, result));
  }

  @Override
  public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
    return record(
        "ackOrchestrationItems",
        Show.of(acks),
        () -> provider.ackOrchestrationItems(acks),
        (number, results) -> {
          for (int i = 0; i < Math.min(acks.size(), results.size()); i++) {
            owed.acked(number, acks.get(i), results.get(i));
          }
        });
  }

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    return log.record(
        call("fetchActivityItems", Show.of(request)),
        request.waitUpTo(),
        () -> provider.fetchActivityItems(request),
        Show::of,
        owed::activitiesDelivered);
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return record(
        "ackActivityItem",
        Show.of(ack),
        () -> provider.ackActivityItem(ack),
        (number, result) -> owed.acked(number, ack, result));
  }

  @Override
  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
    return record(
        "ackActivityItems",
        Show.of(acks),
        () -> provider.ackActivityItems(acks),
        (number, results) -> {
          for (int i = 0; i < Math.min(acks.size(), results.size()); i++) {
            owed.acked(number, acks.get(i), results.get(i));
          }
        });
  }

  @Override
  public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
    return record(
        "renew", Show.of(tokens) + ", " + extendFor, () -> provider.renew(tokens, extendFor));
  }

  @Override
  public void abandon(LockToken token, AbandonOptions how) {
    perform("abandon", how(token, how), () -> provider.abandon(token, how));
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    return record(
        "enqueue",
        Show.of(message),
        () -> provider.enqueue(message),
        (number, result) -> owed.enqueued(number, List.of(message)));
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    return record(
        "enqueue",
        Show.of(message) + ", " + Show.of(eager),
        () -> provider.enqueue(message, eager),
        (number, result) -> owed.enqueued(number, message, eager, result));
  }

  @Override
  public void enqueueAll(List<OrchestratorMessage> messages) {
    perform(
        "enqueueAll",
        Show.of(messages),
        () -> provider.enqueueAll(messages),
        number -> owed.enqueued(number, messages));
  }

  @Override
  public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
    return record(
        "readHistory",
        "%s, execution %d, after %d, limit %d"
            .formatted(Show.id(instanceId), executionId, afterEventId, limit),
        () -> provider.readHistory(instanceId, executionId, afterEventId, limit));
  }

  @Override
  public OptionalLong latestExecutionId(String instanceId) {
    return record(
        "latestExecutionId", Show.id(instanceId), () -> provider.latestExecutionId(instanceId));
  }

  @Override
  public Optional<InstanceDescription> describeInstance(String instanceId) {
    return record(
        "describeInstance", Show.id(instanceId), () -> provider.describeInstance(instanceId));
  }

  @Override
  public List<EndedInstance> readEnded(EndedRead request) {
    return log.record(
        call("readEnded", Show.of(request)),
        request.waitUpTo(),
        () -> provider.readEnded(request),
        Show::of,
        (number, answer) -> {});
  }

  @Override
  public void reportProblem(LockToken token, String problem) {
    perform(
        "reportProblem",
        Show.of(token) + ", " + problem,
        () -> provider.reportProblem(token, problem));
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    return capabilities.find(type);
  }

  @Override
  public void close() {
    perform("close", "", provider::close);
  }

  private <T> T record(String operation, String arguments, Supplier<T> body) {
    return record(operation, arguments, body, (number, answer) -> {});
  }

  private <T> T record(
      String operation, String arguments, Supplier<T> body, CallLog.Listener<T> listener) {
    return log.record(call(operation, arguments), Duration.ZERO, body, Show::of, listener);
  }

  private void perform(String operation, String arguments, Runnable body) {
    perform(operation, arguments, body, number -> {});
  }

  private void perform(String operation, String arguments, Runnable body, LongConsumer listener) {
    log.record(
        call(operation, arguments),
        Duration.ZERO,
        () -> {
          body.run();
          return true;
        },
        done -> "done",
        (number, done) -> listener.accept(number));
  }

  private String call(String operation, String arguments) {
    return name + "." + operation + "(" + arguments + ")";
  }

  private static String how(LockToken token, AbandonOptions how) {
    String delay = how.delay().isZero() ? "" : ", delay " + how.delay();
    return Show.of(token) + delay + (how.countDelivery() ? "" : ", uncounted");
  }
}
