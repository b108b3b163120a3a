// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.streams.event.EventSourcingException;

/** Something in a queue cannot be read; newer code may be able to. */
final class UnreadableEntryException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  UnreadableEntryException(String what, Throwable cause) {
    super(what + " cannot be read: " + cause.getMessage(), cause);
  }
}
