// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import org.jspecify.annotations.Nullable;

/**
 * Sends messages to the steps that receive a stream. Messages have numbers, 1, 2, 3 and so on in
 * each attempt, and a number counts once: a step that is done again after its worker died sends the
 * same again, and what is there already is not doubled. So what it sends has to follow from its
 * inputs, or from what it knows by its number ({@link #continueAt}).
 *
 * <p>Messages are stored some at a time, and at the latest with the end of the attempt. The end of
 * the step is the end of its streams. Used by the thread that does the step.
 */
public interface StreamSender {

  /**
   * Sends a message under the next number. Waits while as many as the receiver allows are not
   * consumed. Once nobody receives any more, because the receivers have ended, it does nothing.
   *
   * @param value the message, which is kept as JSON
   * @throws InterruptedException when the step is not wanted any more while it waits
   * @throws IllegalStateException after {@link #end}
   * @throws IllegalArgumentException when the message cannot be written as JSON
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when another message was sent
   *     under this number before
   */
  void send(@Nullable Object value) throws InterruptedException;

  /** {@return the number of the message that is sent next} */
  long next();

  /**
   * Goes on with another number: a step that was suspended, and knows from its state how far it
   * came.
   *
   * @param number the number of the message that is sent next, from 1
   * @throws IllegalArgumentException when it is below 1
   */
  void continueAt(long number);

  /**
   * Ends the stream before the step ends.
   *
   * @throws InterruptedException when the step is not wanted any more while it waits
   */
  void end() throws InterruptedException;

  /** {@return whether somebody receives still; false lets the step stop early} */
  boolean isWanted();
}
