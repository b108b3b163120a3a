// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.OtherEngineException;
import dev.holdfast.runtime.UnknownInstanceException;
import dev.holdfast.runtime.internal.control.Begin;
import dev.holdfast.runtime.internal.control.ControlTurn;
import dev.holdfast.runtime.internal.control.Controls;
import dev.holdfast.runtime.internal.control.Delivered;
import dev.holdfast.runtime.internal.control.InstanceLog;
import dev.holdfast.runtime.internal.control.StoredHistory;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.UnreadableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does to instances what needs none of their code. The request is stored as a message, and where
 * the instance is free this client takes the turn itself, so that it needs no worker; otherwise the
 * worker that has the instance does. Thread-safe.
 */
final class InstanceControls {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceControls.class);

  private static final EagerInstance CLAIM = new EagerInstance(Duration.ofSeconds(30), 256, null);

  private final Provider provider;
  private final ClientMessages messages;
  private final StatusReader reader;
  private final CompletionSignals signals;

  InstanceControls(
      Provider provider, ClientMessages messages, StatusReader reader, CompletionSignals signals) {
    this.provider = provider;
    this.messages = messages;
    this.reader = reader;
    this.signals = signals;
  }

  void terminate(String instanceId, String reason) {
    ask(messages.terminated(instanceId, reason));
  }

  void suspend(String instanceId, String reason) {
    ask(messages.suspended(instanceId, reason));
  }

  /** Needs the code, so a worker. */
  void resume(String instanceId) {
    OrchestratorMessage message = messages.resumed(instanceId);
    Repeat.always(() -> provider.enqueue(message));
  }

  void restart(String instanceId) {
    InstanceStatus status = ended(instanceId, "restarted");
    restart(instanceId, status.executionId(), null);
  }

  /**
   * Begins the next execution of an ended instance.
   *
   * @return whether this call did it; otherwise another one
   */
  boolean restart(String instanceId, long executionId, Message.@Nullable Work with) {
    long last = reader.lastEventId(instanceId, executionId);
    Asked asked = ask(messages.restarted(instanceId, new Message.Restart(executionId, with), last));
    awaitTaken(
        asked, () -> provider.latestExecutionId(instanceId).orElse(executionId) > executionId);
    signals.begun(instanceId);
    return asked.stored();
  }

  void retry(String instanceId) {
    InstanceStatus status = ended(instanceId, "retried");
    if (status.state() != InstanceState.FAILED && status.state() != InstanceState.TERMINATED) {
      throw new IllegalStateException(
          "instance \"%s\" is %s; only one that has failed can be retried, others can be restarted"
              .formatted(instanceId, status.state()));
    }
    long execution = status.executionId();
    long last = reader.lastEventId(instanceId, execution);
    Asked asked = ask(messages.retried(instanceId, execution, last));
    awaitTaken(asked, () -> reader.lastEventId(instanceId, execution) > last);
    signals.begun(instanceId);
  }

  private InstanceStatus ended(String instanceId, String what) {
    InstanceStatus status = reader.read(instanceId);
    if (status.state() == InstanceState.NOT_FOUND) {
      throw new UnknownInstanceException(instanceId, "start it");
    }
    if (status.ofOtherEngine()) {
      throw new OtherEngineException(
          instanceId, status.name(), "it cannot be %s here".formatted(what));
    }
    if (!status.state().isEnded()) {
      throw new IllegalStateException(
          "instance \"%s\" is %s; only one that has ended can be %s"
              .formatted(instanceId, status.state(), what));
    }
    return status;
  }

  /**
   * What became of a request.
   *
   * @param stored whether it was the first one
   * @param taken whether this client has done what it asks for
   */
  private record Asked(boolean stored, boolean taken) {}

  private Asked ask(OrchestratorMessage message) {
    AtomicReference<@Nullable EnqueueResult> answer = new AtomicReference<>();
    boolean stored =
        Repeat.effective(
            () -> {
              EnqueueResult result = provider.enqueue(message, CLAIM);
              answer.set(result);
              return result.stored();
            },
            () -> provider.enqueue(message).stored());
    EnqueueResult result = answer.get();
    OrchestrationItem item = result == null ? null : result.eagerInstance();
    return new Asked(stored, item != null && take(item));
  }

  /** Takes the turn of a claimed instance, or gives the instance back. */
  private boolean take(OrchestrationItem item) {
    boolean stored = false;
    try {
      Delivered it = delivered(item);
      ControlTurn turn = isOfThisEngine(it) ? Controls.turn(it) : null;
      stored = turn != null && store(item, it, turn);
    } catch (ProviderError | UnreadableException e) {
      LOG.debug("instance {} is left to its workers", item.instanceId(), e);
    } finally {
      if (!stored) {
        giveBack(item);
      }
    }
    return stored;
  }

  private Delivered delivered(OrchestrationItem item) {
    String id = item.instanceId();
    return new Delivered(
        id,
        item.executionId(),
        item.name(),
        item.version(),
        new StoredHistory(
            item.history(),
            (after, limit) -> provider.readHistory(id, item.executionId(), after, limit)),
        item.messages(),
        item.fetchedAt(),
        provider.info().features());
  }

  /** What other engines store is theirs to judge. */
  private static boolean isOfThisEngine(Delivered it) {
    return it.history().lastEventId() == 0
        ? Begin.find(it.messages(), it.executionId()).isPresent()
        : it.history().started() != null;
  }

  private boolean store(OrchestrationItem item, Delivered it, ControlTurn turn) {
    for (TurnContent content : turn.alternatives()) {
      AckResult result =
          provider.ackOrchestrationItem(new OrchestrationAck(item.lockToken(), content));
      if (!(result instanceof AckResult.Rejected)) {
        InstanceLog.controlled(it, turn);
        if (turn.what() == ControlTurn.What.TERMINATE) {
          HistoryEvent last = content.historyDelta().getLast();
          signals.ended(
              it.instanceId(), new CompletionSignals.Ended(content.executionId(), it.name(), last));
        }
        return true;
      }
    }
    return false;
  }

  private void giveBack(OrchestrationItem item) {
    try {
      provider.abandon(item.lockToken(), AbandonOptions.now().uncounted());
    } catch (ProviderError e) {
      LOG.debug("instance {} returns when its lock ends", item.instanceId(), e);
    }
  }

  /**
   * Waits for the worker that has the instance, so that whoever awaits it after this call does not
   * see its old end; not for long, since that worker may have died.
   */
  private static void awaitTaken(Asked asked, BooleanSupplier taken) {
    if (!asked.taken()) {
      Repeat.until(taken);
    }
  }
}
