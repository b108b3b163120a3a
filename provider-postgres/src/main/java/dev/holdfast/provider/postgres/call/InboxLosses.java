// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.call;

import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.jdbc.state.InboxLoss;
import dev.holdfast.provider.state.InboxToken;

/** What the store's functions return about tokens of messages; see inbox_loss there. Stateless. */
public final class InboxLosses {

  private static final String CONSUMED = "CONSUMED";

  private InboxLosses() {}

  /**
   * Says why a token does not hold the lock of its message.
   *
   * @param operation the SPI call
   * @param token the token that was shown
   * @param why what the store said
   * @return the error
   */
  public static LockLost lost(String operation, InboxToken token, String why) {
    InboxLoss loss =
        why.isEmpty()
            ? InboxLoss.UNKNOWN
            : why.equals(CONSUMED) ? InboxLoss.CONSUMED : InboxLoss.of(token, Long.parseLong(why));
    return loss.error(operation, token);
  }
}
