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
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.OrchestrationFailedException;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.runtime.StartResult.Kind;
import dev.holdfast.runtime.Tracing;
import dev.holdfast.runtime.TransactionalClient;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

  /** 100 years: longer than any caller waits, and a long of nanoseconds can hold it. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

  private final Provider provider;
  private final boolean ownsProvider;
  private final PayloadCodec values;
  private final ClientMessages messages;
  private final StatusReader reader;
  private final ValueReader shown;
  private final EarlierStart starts;
  private final CompletionSignals signals;
  private final EndWatcher watcher;
  private final Predicate<OrchestratorMessage> firstStart;
  private final Duration grace;
  private final @Nullable Tracing tracing;

  private StoreClient(
      Provider provider,
      boolean ownsProvider,
      DataConverter converter,
      CompletionSignals signals,
      Predicate<OrchestratorMessage> firstStart,
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
    this.firstStart = firstStart;
    this.grace = grace;
    this.tracing = tracing;
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
        Duration.ZERO,
        tracing);
  }

  /**
   * A client beside a worker, which leaves the provider open.
   *
   * @param signals where the worker tells what it ended
   * @param firstStart stores a start once, and says whether it was stored; may let the worker have
   *     the instance
   * @param tracing what traces; null for nothing
   */
  public static StoreClient beside(
      Provider provider,
      DataConverter converter,
      CompletionSignals signals,
      Predicate<OrchestratorMessage> firstStart,
      @Nullable Tracing tracing) {
    return new StoreClient(provider, false, converter, signals, firstStart, GRACE_BESIDE, tracing);
  }

  @Override
  public <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    return start(orchestration, instanceId, input, false);
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

  /** Starts an instance, or compares the start with the one that came before. */
  <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input, boolean strict) {
    if (tracing == null) {
      return started(orchestration, instanceId, input, strict);
    }
    Tracing.Span span =
        tracing.begin(
            new Tracing.Work(Tracing.Operation.START, orchestration.name(), instanceId, 1, null, 0),
            null);
    String error = "it was not started";
    Tracing.Scope scope = span.enter();
    try {
      StartResult result = started(orchestration, instanceId, input, strict);
      error = null;
      return result;
    } finally {
      scope.close();
      span.end(error);
    }
  }

  private <I extends @Nullable Object> StartResult started(
      Orchestration<I, ?> orchestration, String instanceId, I input, boolean strict) {
    ClientMessages.Start start = messages.start(orchestration, instanceId, input);
    OrchestratorMessage message = start.message();
    // What was started here before is there already: the worker need not begin it.
    Predicate<OrchestratorMessage> first =
        signals.startedHere().has(instanceId)
            ? again -> provider.enqueue(again).stored()
            : firstStart;
    // Before the call: the worker beside may have ended the instance before it returns.
    signals.startedHere().begin(instanceId);
    boolean stored = false;
    try {
      stored =
          Repeat.effective(() -> first.test(message), () -> provider.enqueue(message).stored());
      return new StartResult(stored ? Kind.NEW : Kind.EXISTING, false);
    } catch (ProviderError.IdempotencyMismatch e) {
      return starts.compare(message, start.content(), strict, e);
    } finally {
      if (!stored) {
        signals.startedHere().forget(instanceId);
      }
    }
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value) {
    OrchestratorMessage message = messages.raised(instanceId, event, value);
    Repeat.unlessStored(() -> provider.enqueue(message));
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value, String messageId) {
    OrchestratorMessage message = messages.raised(instanceId, event, value, messageId);
    Repeat.always(() -> provider.enqueue(message));
  }

  @Override
  public void cancel(String instanceId, String reason) {
    // A second request changes nothing, so that this may be repeated without a message id.
    OrchestratorMessage message = messages.cancelled(instanceId, reason);
    Repeat.always(() -> provider.enqueue(message));
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
    InstanceStatus status = awaitStatus(instanceId, timeout);
    Failure failure = status.failure();
    if (failure != null) {
      throw status.state() == InstanceState.CANCELLED
          ? new OrchestrationCancelledException(instanceId, failure.message())
          : new OrchestrationFailedException(instanceId, failure);
    }
    EncodedValue output = Objects.requireNonNull(status.output(), "output");
    return values.<O>decode(new Json(output.json()), orchestration.outputType());
  }

  @Override
  public InstanceStatus awaitStatus(String instanceId, Duration timeout)
      throws InterruptedException {
    requireWellFormed(instanceId);
    Duration bounded = timeout.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : timeout;
    long deadline = System.nanoTime() + bounded.toNanos();
    try (CompletionSignals.Waiter waiter = signals.listen(instanceId)) {
      CompletionSignals.Ended ended = signals.startedHere().end(instanceId);
      if (ended == null) {
        ended = awaitEnd(instanceId, waiter, deadline);
      }
      InstanceStatus status =
          ended == null ? reader.read(instanceId) : reader.read(instanceId, ended);
      if (!status.state().isEnded()) {
        throw new AwaitTimeoutException(instanceId, timeout, status);
      }
      return status;
    }
  }

  /** Waits for the end; null when it did not come in time. */
  private CompletionSignals.@Nullable Ended awaitEnd(
      String instanceId, CompletionSignals.Waiter waiter, long deadline)
      throws InterruptedException {
    if (signals.startedHere().has(instanceId) && grace.isPositive()) {
      Duration left = left(deadline);
      CompletionSignals.Ended ended = waiter.await(grace.compareTo(left) < 0 ? grace : left);
      if (ended != null) {
        return ended;
      }
    }
    Duration left = left(deadline);
    if (!left.isPositive()) {
      return null;
    }
    EndWatcher.Watched watched = watcher.watch(instanceId);
    try {
      return waiter.await(left);
    } finally {
      watcher.leave(watched);
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
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
    Duration bounded = timeout.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : timeout;
    long deadline = System.nanoTime() + bounded.toNanos();
    CustomStatusValue found =
        shown.await(feature(CustomStatus.class), instanceId, condition, deadline);
    if (found == null) {
      throw AwaitTimeoutException.ofCustomStatus(instanceId, timeout, reader.read(instanceId));
    }
    return found;
  }

  @Override
  public Optional<EncodedValue> keyValue(String instanceId, String key) {
    return shown.keyValue(feature(KeyValues.class), instanceId, key);
  }

  @Override
  public Map<String, EncodedValue> keyValues(String instanceId) {
    return shown.keyValues(feature(KeyValues.class), instanceId);
  }

  @Override
  public <C extends Capability> C feature(Class<C> type) {
    Feature feature =
        Stream.of(Feature.values())
            .filter(each -> type.equals(each.type()))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException(type + " is not the type of a feature"));
    C calls =
        provider
            .capability(type)
            .orElseThrow(() -> new NotSupported(type.getSimpleName(), feature));
    return calls instanceof InstanceDeletion deletion
        ? type.cast(new ForgettingDeletion(deletion, signals.startedHere()))
        : calls;
  }

  @Override
  public void close() {
    watcher.close();
    if (ownsProvider) {
      provider.close();
    }
  }
}
