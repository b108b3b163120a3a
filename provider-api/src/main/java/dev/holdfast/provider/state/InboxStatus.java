// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.Locale;

/** Where an {@link InboxMessage} stands. */
public enum InboxStatus {
  /** Waits to be fetched or consumed; also again once a lock has ended (INBOX-13). */
  PENDING,
  /** Under a live lock: nobody else gets it (INBOX-12). */
  LOCKED,
  /** Done, for good (INBOX-16). */
  CONSUMED;

  /** {@return the word of errors and tools, such as {@code pending}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
