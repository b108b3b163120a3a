// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.runtime.AwaitTimeoutException;
import dev.holdfast.runtime.CustomStatusValue;
import dev.holdfast.runtime.DataConversionException;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.HoldfastException;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.OrchestrationFailedException;
import dev.holdfast.runtime.OtherEngineException;
import dev.holdfast.runtime.RaiseOptions;
import dev.holdfast.runtime.StartOptions;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.runtime.TransactionalClient;
import dev.holdfast.runtime.UnknownInstanceException;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.schedule.StoreSchedules;
import dev.holdfast.runtime.schedule.Schedules;
import dev.holdfast.worker.tracing.Tracing;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The client, on a provider. */
public final class StoreClient implements HoldfastClient {

  /**
   * How long the worker beside has to end what was started here, before the store is asked whether
   * another worker did.
   */
  private static final Duration GRACE_BESIDE = Duration.ofMillis(100);

  private final Provider provider;
  private final boolean ownsProvider;
  private final PayloadCodec values;
  private final ClientMessages messages;
  private final StatusReader reader;
  private final ValueReader shown;
  private final EarlierStart starts;
  private final CompletionSignals signals;
  private final EndWatcher watcher;
  private final Endings endings;
  private final InstanceControls controls;
  private final Starts first;
  private final Map<String, Event<?>> events;

  private StoreClient(
      Provider provider,
      boolean ownsProvider,
      DataConverter converter,
      CompletionSignals signals,
      Predicate<OrchestratorMessage> firstStart,
      Map<String, Event<?>> events,
      Duration grace,
      @Nullable Tracing tracing) {
    this.provider = provider;
    this.ownsProvider = ownsProvider;
    this.values = new PayloadCodec(converter);
    this.messages = new ClientMessages(values, tracing);
    this.reader = new StatusReader(provider, converter);
    this.shown = new ValueReader(converter, signals.statuses());
    this.starts = new EarlierStart(provider);
    this.signals = signals;
    this.watcher = new EndWatcher(provider, signals);
    this.endings = new Endings(signals, watcher, reader, grace, this::shownBy);
    this.controls = new InstanceControls(provider, messages, reader, signals);
    this.first =
        new Starts(provider, messages, reader, starts, controls, signals, firstStart, tracing);
    this.events = Map.copyOf(events);
  }

  /** A client that closes the provider with itself. */
  public static StoreClient owning(Provider provider, DataConverter converter) {
    return alone(provider, true, converter, null);
  }

  /** A client that leaves the provider open. */
  public static StoreClient borrowing(Provider provider, DataConverter converter) {
    return alone(provider, false, converter, null);
  }

  /** A client that leaves the provider open and traces what it starts. */
  public static StoreClient borrowing(
      Provider provider, DataConverter converter, @Nullable Tracing tracing) {
    return alone(provider, false, converter, tracing);
  }

  private static StoreClient alone(
      Provider provider, boolean owns, DataConverter converter, @Nullable Tracing tracing) {
    return new StoreClient(
        provider,
        owns,
        converter,
        new CompletionSignals(),
        message -> provider.enqueue(message).stored(),
        Map.of(),
        Duration.ZERO,
        tracing);
  }

  /**
   * A client beside a worker, which leaves the provider open.
   *
   * @param signals where the worker tells what it ended
   * @param firstStart stores a start once, and says whether it was stored; may let the worker have
   *     the instance
   * @param events events whose types are known, by name
   * @param tracing what traces; null for nothing
   */
  public static StoreClient beside(
      Provider provider,
      DataConverter converter,
      CompletionSignals signals,
      Predicate<OrchestratorMessage> firstStart,
      Map<String, Event<?>> events,
      @Nullable Tracing tracing) {
    return new StoreClient(
        provider, false, converter, signals, firstStart, events, GRACE_BESIDE, tracing);
  }

  @Override
  public <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    return start(orchestration, instanceId, input, StartOptions.defaults());
  }

  @Override
  public <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input, StartOptions options) {
    return start(orchestration, instanceId, input, options, false);
  }

  @Override
  public HoldfastClient withStrictStarts() {
    return new StrictStarts(this);
  }

  @Override
  public TransactionalClient within(Connection connection) {
    return within(connection, false);
  }

  /** The calls in a transaction of the caller, starts compared strictly or not. */
  TransactionalClient within(Connection connection, boolean strict) {
    return new StoreTransaction(
        feature(TransactionalEnqueue.class),
        Objects.requireNonNull(connection, "connection"),
        messages,
        starts,
        strict);
  }

  /** Starts an instance, compared strictly or not with one that came before. */
  <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration,
      String instanceId,
      I input,
      StartOptions options,
      boolean strict) {
    return first.start(orchestration, instanceId, input, options, strict);
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value, RaiseOptions options) {
    String messageId = options.messageId();
    OrchestratorMessage message =
        messageId == null
            ? messages.raised(instanceId, event, value)
            : messages.raised(instanceId, event, value, messageId);
    Event<?> known = events.get(event);
    if (known != null) {
      values.decode(values.encode(value), known.type()); // as the code will
    }
    // What was started here is known.
    if (!options.waitsForStart()
        && !signals.startedHere().has(instanceId)
        && provider.describeInstance(instanceId).isEmpty()) {
      throw new UnknownInstanceException(
          instanceId, "start it first, or have the event wait for that (RaiseOptions)");
    }
    if (messageId == null) {
      Repeat.unlessStored(() -> provider.enqueue(message));
    } else {
      Repeat.always(() -> provider.enqueue(message));
    }
  }

  @Override
  public void cancel(String instanceId, String reason) {
    // A second request changes nothing, so that this may be repeated without a message id.
    OrchestratorMessage message = messages.cancelled(instanceId, reason);
    Repeat.always(() -> provider.enqueue(message));
  }

  @Override
  public void terminate(String instanceId, String reason) {
    controls.terminate(instanceId, reason);
  }

  @Override
  public void suspend(String instanceId, String reason) {
    controls.suspend(instanceId, reason);
  }

  @Override
  public void resume(String instanceId) {
    controls.resume(instanceId);
  }

  @Override
  public void restart(String instanceId) {
    requireWellFormed(instanceId);
    controls.restart(instanceId);
  }

  @Override
  public void retry(String instanceId) {
    requireWellFormed(instanceId);
    controls.retry(instanceId);
  }

  @Override
  public InstanceStatus status(String instanceId) {
    try {
      return reader.read(instanceId);
    } catch (InvalidRequest e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public <O extends @Nullable Object> O await(
      Orchestration<?, O> orchestration, String instanceId, Duration timeout)
      throws InterruptedException {
    return this.<O>output(orchestration, awaitStatus(instanceId, timeout));
  }

  private <O extends @Nullable Object> O output(
      Orchestration<?, O> orchestration, InstanceStatus status) {
    String instanceId = status.instanceId();
    Failure failure = status.failure();
    if (failure != null) {
      throw status.state() == InstanceState.CANCELLED
          ? new OrchestrationCancelledException(instanceId, failure.message())
          : new OrchestrationFailedException(instanceId, failure);
    }
    EncodedValue output = status.output();
    if (output == null) {
      throw withoutOutput(status);
    }
    return values.<O>decode(new Json(output.json()), orchestration.outputType());
  }

  private static HoldfastException withoutOutput(InstanceStatus status) {
    String id = status.instanceId();
    return status.ofOtherEngine()
        ? new OtherEngineException(id, status.name(), "it has no output for this client")
        : new DataConversionException(
            "the output of instance \"%s\" cannot be read: %s"
                .formatted(id, status.problems().getFirst().text()),
            null);
  }

  @Override
  public InstanceStatus awaitStatus(String instanceId, Duration timeout)
      throws InterruptedException {
    requireWellFormed(instanceId);
    return endings.await(instanceId, timeout);
  }

  @Override
  public <O extends @Nullable Object> CompletableFuture<O> awaitAsync(
      Orchestration<?, O> orchestration, String instanceId) {
    CompletableFuture<InstanceStatus> status = awaitStatusAsync(instanceId);
    CompletableFuture<O> output = new CompletableFuture<>();
    CompletableFuture<InstanceStatus> unusedStatus =
        status.whenComplete((ended, error) -> {
          if (error != null) {
            output.completeExceptionally(error);
            return;
          }
          try {
            output.complete(this.<O>output(orchestration, ended));
          } catch (RuntimeException e) {
            output.completeExceptionally(e);
          }
        });
    CompletableFuture<O> unused = output.whenComplete((value, error) -> status.cancel(false));
    return output;
  }

  @Override
  public CompletableFuture<InstanceStatus> awaitStatusAsync(String instanceId) {
    requireWellFormed(instanceId);
    return endings.await(instanceId);
  }

  private static void requireWellFormed(String instanceId) {
    try {
      new EndedRead(List.of(instanceId), Duration.ZERO);
    } catch (InvalidRequest e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public CustomStatusValue customStatus(String instanceId) {
    return shown.status(feature(CustomStatus.class), instanceId);
  }

  @Override
  public CustomStatusValue awaitCustomStatus(
      String instanceId, Predicate<? super CustomStatusValue> condition, Duration timeout)
      throws InterruptedException {
    Duration bounded = timeout.compareTo(Endings.LONGEST_WAIT) > 0 ? Endings.LONGEST_WAIT : timeout;
    long deadline = System.nanoTime() + bounded.toNanos();
    CustomStatusValue found =
        shown.await(feature(CustomStatus.class), instanceId, condition, deadline);
    if (found == null) {
      throw AwaitTimeoutException.ofCustomStatus(
          instanceId, timeout, reader.read(instanceId), shownBy(instanceId));
    }
    return found;
  }

  /** What an instance shows, for people; nothing where the store cannot tell. */
  private @Nullable EncodedValue shownBy(String instanceId) {
    CustomStatus statuses = provider.capability(CustomStatus.class).orElse(null);
    try {
      return statuses == null ? null : shown.status(statuses, instanceId).value();
    } catch (ProviderError | DataConversionException e) {
      return null; // the time is over all the same
    }
  }

  @Override
  public Optional<EncodedValue> keyValue(String instanceId, String key) {
    return shown.keyValue(feature(KeyValues.class), instanceId, key);
  }

  @Override
  public Map<String, EncodedValue> keyValues(String instanceId) {
    return shown.keyValues(feature(KeyValues.class), instanceId);
  }

  private static RuntimeException missing(Class<? extends Capability> type) {
    return Stream.of(Feature.values())
        .filter(each -> type.equals(each.type()))
        .findFirst()
        .<RuntimeException>map(feature -> new NotSupported(type.getSimpleName(), feature))
        .orElseGet(() -> new IllegalArgumentException(type + " is not the type of a feature"));
  }

  @Override
  public <C extends Capability> C feature(Class<C> type) {
    C calls = provider.capability(type).orElseThrow(() -> missing(type));
    return calls instanceof InstanceDeletion deletion
        ? type.cast(new ForgettingDeletion(deletion, signals.startedHere()))
        : calls;
  }

  @Override
  public Schedules schedules() {
    return new StoreSchedules(this, provider, values);
  }

  @Override
  public void close() {
    watcher.close();
    if (ownsProvider) {
      provider.close();
    }
  }
}
