// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.state.InboxToken;

/** Why a token does not hold the lock of its message, in the words that callers read. */
public enum InboxLoss {

  /** There is no row of the message, or one with an earlier token. */
  UNKNOWN,
  /** Its end has passed, or the message was given back, and nobody has fetched it again. */
  ENDED,
  /** The message was fetched again since. */
  HELD_BY_NEWER,
  /** The message was consumed. */
  CONSUMED;

  /**
   * Tells why, by the row of a message that is not consumed.
   *
   * @param token the token that was shown
   * @param epoch the number of the last lock; it is not live under the token
   * @return the reason
   */
  public static InboxLoss of(InboxToken token, long epoch) {
    if (epoch == token.epoch()) {
      return ENDED;
    }
    return epoch > token.epoch() ? HELD_BY_NEWER : UNKNOWN;
  }

  /**
   * Makes the error of a call that was refused.
   *
   * @param operation the SPI call
   * @param token the token that was shown
   * @return the error
   */
  public LockLost error(String operation, InboxToken token) {
    return new LockLost(operation, token, detail());
  }

  private String detail() {
    return switch (this) {
      case UNKNOWN ->
          "no such lock; it was never given out, or the message was cleaned up or deleted with its"
              + " run";
      case ENDED -> "the lock has ended or was given back; fetch the message again";
      case HELD_BY_NEWER ->
          "the message has a newer token; it was fetched again after the lock had ended";
      case CONSUMED -> "the message was consumed";
    };
  }
}
