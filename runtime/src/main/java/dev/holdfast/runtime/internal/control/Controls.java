// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.control;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.runtime.internal.control.ControlTurn.What;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.ParentLink;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out what is to be done to an instance without its code. Stateless. */
public final class Controls {

  private static final Set<String> KINDS =
      Set.of("suspend", "resume", "terminate", "restart", "retry");

  private Controls() {}

  /** {@return whether a batch asks for anything that needs no code} */
  public static boolean ask(List<OrchestratorMessage> batch) {
    for (OrchestratorMessage message : batch) {
      if (KINDS.contains(message.kind())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Computes the turn that an instance needs no code for.
   *
   * @return the turn; null when its code is to run, or there is nothing to do
   * @throws dev.holdfast.runtime.internal.event.UnreadableException when the history or a message
   *     cannot be read
   */
  public static @Nullable ControlTurn turn(Delivered it) {
    Message.Terminate terminate = first(it.messages(), Message.Terminate.class);
    if (terminate != null) {
      // Also one whose history cannot be read.
      var alternatives = Ending.terminating(it, terminate.reason());
      if (!alternatives.isEmpty()) {
        return new ControlTurn(What.TERMINATE, alternatives, said(terminate.reason()));
      }
    }
    Event last = it.history().last();
    if (last instanceof Event.Terminal && !(last instanceof Event.ContinuedAsNew)) {
      return ended(it, last);
    }
    Message.Suspend suspend = suspension(it.messages(), last instanceof Event.Suspended);
    return suspend == null ? null : suspended(it, last, suspend);
  }

  private static @Nullable ControlTurn suspended(
      Delivered it, @Nullable Event last, Message.Suspend suspend) {
    if (!it.isToBegin(last)) {
      return Holding.going(it, last, suspend.reason());
    }
    Optional<Begin> begin = Begin.find(it.messages(), it.executionAfter(last));
    return begin.map(start -> Holding.beginning(it, last, start, suspend.reason())).orElse(null);
  }

  private static @Nullable ControlTurn ended(Delivered it, Event terminal) {
    for (int i = 0; i < it.messages().size(); i++) {
      List<OrchestratorMessage> later = it.messages().subList(i + 1, it.messages().size());
      switch (Codec.decode(it.messages().get(i)).orElse(null)) {
        case Message.Restart restart when restart.executionId() == it.executionId() -> {
          return Holding.restarting(it, restart.with(), later, suspension(later, false));
        }
        case Message.Retry retry when isMeant(retry, it) -> {
          if (terminal instanceof Event.OrchestrationFailed failed) {
            return failed.cancelled()
                ? again(it, retry, later)
                : Retrying.turn(it, later, suspension(later, false));
          }
        }
        case null, default -> {}
      }
    }
    return null;
  }

  /** What was cancelled has been undone, so that a parent has it done from the beginning. */
  private static @Nullable ControlTurn again(
      Delivered it, Message.Retry retry, List<OrchestratorMessage> later) {
    return retry.parent() == null
        ? null
        : Holding.restarting(it, null, later, suspension(later, false));
  }

  private static boolean isMeant(Message.Retry retry, Delivered it) {
    ParentLink by = retry.parent();
    if (by == null) {
      return retry.executionId() == it.executionId();
    }
    Event.OrchestrationStarted started = it.history().started();
    return started != null && by.equals(started.parent());
  }

  /** {@return the suspension that holds after a batch, null for none} */
  private static Message.@Nullable Suspend suspension(
      List<OrchestratorMessage> batch, boolean before) {
    Message.Suspend holds = before ? new Message.Suspend(null) : null;
    for (OrchestratorMessage stored : batch) {
      switch (stored.kind()) {
        case "suspend" -> {
          if (holds == null && Codec.decode(stored).orElse(null) instanceof Message.Suspend s) {
            holds = s;
          }
        }
        case "resume" -> holds = null;
        default -> {}
      }
    }
    return holds;
  }

  private static <M extends Message> @Nullable M first(
      List<OrchestratorMessage> batch, Class<M> type) {
    for (OrchestratorMessage stored : batch) {
      if (KINDS.contains(stored.kind())) {
        Message message = Codec.decode(stored).orElse(null);
        if (type.isInstance(message)) {
          return type.cast(message);
        }
      }
    }
    return null;
  }

  static String said(@Nullable String reason) {
    return reason == null ? "" : reason;
  }
}
