// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An input of a trigger step that is not consumed.
 *
 * @param message the message, pending or locked
 * @param cursor the cursor it was delivered with, absent when it had none, or was appended as a
 *     plain inbox message (TRIGGER-10)
 */
public record TriggerInput(InboxMessage message, @Nullable Cursor cursor) {

  /** Checks the parts. */
  public TriggerInput {
    Objects.requireNonNull(message, "message");
  }
}
