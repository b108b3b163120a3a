// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.runtime.AwaitTimeoutException;
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
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.worker.internal.util.Backoff;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The client, on a provider. */
public final class StoreClient implements HoldfastClient {

  /** The message id of every start by a client, so that repeating it adds nothing. */
  private static final String START_ID = "start";

  /** For a client alone: nobody tells it anything. */
  private static final Duration FIRST_LOOK_ALONE = Duration.ofMillis(2);

  /** Beside a worker, which tells what it ends: for what others end. */
  private static final Duration FIRST_LOOK_BESIDE = Duration.ofMillis(10);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

  /** What a clock of nanoseconds can express, and nobody outlives. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

  private final Provider provider;
  private final boolean ownsProvider;
  private final PayloadCodec values;
  private final StatusReader reader;
  private final EarlierStart starts;
  private final CompletionSignals signals;
  private final Predicate<OrchestratorMessage> firstStart;
  private final Duration firstLook;

  private StoreClient(
      Provider provider,
      boolean ownsProvider,
      DataConverter converter,
      CompletionSignals signals,
      Predicate<OrchestratorMessage> firstStart,
      Duration firstLook) {
    this.provider = provider;
    this.ownsProvider = ownsProvider;
    this.values = new PayloadCodec(converter);
    this.reader = new StatusReader(provider, converter);
    this.starts = new EarlierStart(provider);
    this.signals = signals;
    this.firstStart = firstStart;
    this.firstLook = firstLook;
  }

  /** A client that closes the provider with itself. */
  public static StoreClient owning(Provider provider, DataConverter converter) {
    return alone(provider, true, converter);
  }

  /** A client that leaves the provider open. */
  public static StoreClient borrowing(Provider provider, DataConverter converter) {
    return alone(provider, false, converter);
  }

  private static StoreClient alone(Provider provider, boolean owns, DataConverter converter) {
    return new StoreClient(
        provider,
        owns,
        converter,
        new CompletionSignals(),
        message -> provider.enqueue(message).stored(),
        FIRST_LOOK_ALONE);
  }

  /**
   * A client beside a worker, which leaves the provider open.
   *
   * @param signals where the worker tells what it ended
   * @param firstStart stores a start once, and says whether it was stored; may let the worker have
   *     the instance
   */
  public static StoreClient beside(
      Provider provider,
      DataConverter converter,
      CompletionSignals signals,
      Predicate<OrchestratorMessage> firstStart) {
    return new StoreClient(provider, false, converter, signals, firstStart, FIRST_LOOK_BESIDE);
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

  /** Starts an instance, or compares the start with the one that came before. */
  <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration, String instanceId, I input, boolean strict) {
    Message.Start start = new Message.Start(1, values.encode(input), null, null);
    String name = orchestration.name();
    String version = orchestration.version().orElse(null);
    OrchestratorMessage message =
        wellFormed(
            builder(instanceId, start)
                .start(new ExecutionStart(name, version, null))
                .messageId(START_ID));
    try {
      boolean stored =
          Repeat.effective(
              () -> firstStart.test(message), () -> provider.enqueue(message).stored());
      return new StartResult(stored ? Kind.NEW : Kind.EXISTING, false);
    } catch (ProviderError.IdempotencyMismatch e) {
      return starts.compare(message, start, strict, e);
    }
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value) {
    Message raised = new Message.Raised(named(event), values.encode(value));
    OrchestratorMessage message = wellFormed(builder(instanceId, raised));
    Repeat.unlessStored(() -> provider.enqueue(message));
  }

  @Override
  public void raise(String instanceId, String event, @Nullable Object value, String messageId) {
    Message raised = new Message.Raised(named(event), values.encode(value));
    OrchestratorMessage message =
        wellFormed(builder(instanceId, raised).messageId("event:" + messageId));
    Repeat.always(() -> provider.enqueue(message));
  }

  @Override
  public void cancel(String instanceId, String reason) {
    Message cancel = new Message.Cancel(Objects.requireNonNull(reason, "reason"));
    // A second request changes nothing, so that this may be repeated without a message id. One to
    // an instance that nobody started must not lie in wait for it.
    OrchestratorMessage message = wellFormed(builder(instanceId, cancel).discardIfUnknown(true));
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
    Duration bounded = timeout.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : timeout;
    long deadline = System.nanoTime() + bounded.toNanos();
    Backoff pauses = new Backoff(firstLook, LONGEST_PAUSE);
    StatusReader.Look look = null;
    try (CompletionSignals.Waiter waiter = signals.listen(instanceId)) {
      while (true) {
        try {
          look = reader.look(instanceId, look);
          if (look.ended()) {
            return reader.read(instanceId);
          }
        } catch (ProviderError.Retryable e) {
          // The store is away; the instance may end all the same. Look again until the time is up.
          look = null;
        } catch (InvalidRequest e) {
          throw new IllegalArgumentException(e.getMessage(), e);
        }
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (!left.isPositive()) {
          InstanceStatus last = reader.read(instanceId);
          if (last.state().isEnded()) {
            return last;
          }
          throw new AwaitTimeoutException(instanceId, timeout, last);
        }
        Duration pause = pauses.next();
        CompletionSignals.Ended ended = waiter.await(pause.compareTo(left) < 0 ? pause : left);
        if (ended != null) {
          return reader.read(instanceId, ended);
        }
      }
    }
  }

  @Override
  public void close() {
    if (ownsProvider) {
      provider.close();
    }
  }

  private static String named(String event) {
    if (event.isEmpty()) {
      throw new IllegalArgumentException("the event name is empty");
    }
    return event;
  }

  private static OrchestratorMessage.Builder builder(String instanceId, Message message) {
    return OrchestratorMessage.builder(instanceId, message.kind(), Codec.encode(message));
  }

  private static OrchestratorMessage wellFormed(OrchestratorMessage.Builder builder) {
    try {
      return builder.build();
    } catch (InvalidRequest e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
