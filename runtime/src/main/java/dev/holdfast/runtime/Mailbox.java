// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The events of one name that were raised to an instance and not taken yet, as messages in the
 * order in which they were stored. None is lost: what an execution has not taken is there for the
 * next one after continue-as-new. Made by {@link OrchestrationContext#mailbox}; good on the thread
 * of the orchestration only.
 *
 * @param <T> the type of the messages
 */
public final class Mailbox<T> {

  private final OrchestrationContext context;
  private final Event<T> event;

  Mailbox(OrchestrationContext context, Event<T> event) {
    this.context = context;
    this.event = Objects.requireNonNull(event, "event");
  }

  /**
   * Takes the next message, when it comes. Messages go to those who wait in the order in which they
   * began to; one that is cancelled takes none.
   *
   * @return the message
   */
  public DurableFuture<T> next() {
    return context.event(event);
  }

  /**
   * Takes all messages that are there, without waiting.
   *
   * @return the messages, the oldest first; may be empty
   * @throws DataConversionException when one does not fit the type
   */
  public List<T> drain() {
    List<T> messages = new ArrayList<>();
    DurableFuture<T> next = next();
    while (next.isDone()) {
      messages.add(next.await());
      next = next();
    }
    next.cancel();
    return messages;
  }
}
