// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.runtime.AlreadyStartedException;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.StartOptions;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.runtime.StartResult.Kind;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts instances, each id once. Thread-safe. */
final class Starts {

  private static final Logger LOG = LoggerFactory.getLogger(Starts.class);

  private final Provider provider;
  private final ClientMessages messages;
  private final StatusReader reader;
  private final EarlierStart earlier;
  private final InstanceControls controls;
  private final CompletionSignals signals;
  private final Predicate<OrchestratorMessage> firstStart;
  private final @Nullable Tracing tracing;

  /**
   * Creates it for one client.
   *
   * @param firstStart stores a start once, and says whether it was stored; may let a worker have
   *     the instance
   * @param tracing what traces; null for nothing
   */
  Starts(
      Provider provider,
      ClientMessages messages,
      StatusReader reader,
      EarlierStart earlier,
      InstanceControls controls,
      CompletionSignals signals,
      Predicate<OrchestratorMessage> firstStart,
      @Nullable Tracing tracing) {
    this.provider = provider;
    this.messages = messages;
    this.reader = reader;
    this.earlier = earlier;
    this.controls = controls;
    this.signals = signals;
    this.firstStart = firstStart;
    this.tracing = tracing;
  }

  <I extends @Nullable Object> StartResult start(
      Orchestration<I, ?> orchestration,
      String instanceId,
      I input,
      StartOptions options,
      boolean strict) {
    if (tracing == null) {
      return started(orchestration, instanceId, input, options, strict);
    }
    Tracing.Span span = tracing.begin(new Traced.Start(orchestration.name(), instanceId), null);
    String error = "it was not started";
    Tracing.Scope scope = span.enter();
    try {
      StartResult result = started(orchestration, instanceId, input, options, strict);
      error = null;
      return result;
    } finally {
      scope.close();
      span.end(error);
    }
  }

  private <I extends @Nullable Object> StartResult started(
      Orchestration<I, ?> orchestration,
      String instanceId,
      I input,
      StartOptions options,
      boolean strict) {
    ClientMessages.Start start;
    try {
      start = messages.start(orchestration, instanceId, input, due(options));
    } catch (InvalidRequest e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return switch (options.idPolicy()) {
      case USE_EXISTING -> first(start, strict);
      case REJECT -> only(start);
      case REPLACE_FINISHED -> {
        StartResult replaced = replaced(orchestration, instanceId, input);
        yield replaced == null ? first(start, strict) : replaced;
      }
    };
  }

  static Due due(StartOptions options) {
    Instant at = options.startAt();
    Duration after = options.startAfter();
    if (at != null) {
      return Due.at(at);
    }
    return after == null ? Due.now() : Due.in(after);
  }

  /** Starts an instance, or compares the start with the one that came before. */
  private StartResult first(ClientMessages.Start start, boolean strict) {
    OrchestratorMessage message = start.message();
    String instanceId = message.instanceId();
    // What was started here before is there already, and what comes later is not begun now: the
    // worker need not begin it.
    Predicate<OrchestratorMessage> first =
        signals.startedHere().has(instanceId) || !message.due().equals(Due.now())
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
      return earlier.compare(message, start.content(), strict, e);
    } finally {
      if (!stored) {
        signals.startedHere().forget(instanceId);
      }
    }
  }

  /**
   * Starts an instance that is to be new. One that a parent has started has no start to compare.
   */
  private StartResult only(ClientMessages.Start start) {
    String instanceId = start.message().instanceId();
    if (describe(instanceId).isEmpty()) {
      try {
        StartResult result = first(start, true);
        if (result.isNew()) {
          return result;
        }
      } catch (AlreadyStartedException e) {
        LOG.debug("instance {}: others were faster", instanceId, e);
      }
    }
    throw new AlreadyStartedException(instanceId);
  }

  /** Begins the next execution of an instance that has ended; null when there is none. */
  private <I extends @Nullable Object> @Nullable StartResult replaced(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    InstanceDescription found = describe(instanceId).orElse(null);
    if (found == null || found.executionId() == 0) {
      return null;
    }
    InstanceStatus status = reader.read(instanceId);
    if (!status.state().isEnded() || status.ofOtherEngine()) {
      return null;
    }
    if (found.name() != null && !found.name().equals(orchestration.name())) {
      return null; // the comparison says so
    }
    Message.Work work = messages.work(orchestration, input);
    try {
      boolean mine = controls.restart(instanceId, found.executionId(), work);
      return new StartResult(mine ? Kind.NEW : Kind.EXISTING, false);
    } catch (ProviderError.IdempotencyMismatch e) {
      // Others replace it, with another input or in another trace.
      return new StartResult(
          Kind.EXISTING, earlier.inputDiffers(instanceId, found.executionId() + 1, work));
    }
  }

  private Optional<InstanceDescription> describe(String instanceId) {
    return provider.describeInstance(instanceId);
  }
}
