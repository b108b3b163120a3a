// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.state.LeaseToken;

/** Why a token does not hold its lease, in the words that callers read. */
public enum LeaseLoss {

  /** There is no row of the name, or one with an earlier token. */
  UNKNOWN,
  /** Its end has passed, and the lease was not taken over. */
  EXPIRED,
  /** It was acquired by another caller since. */
  HELD_BY_NEWER;

  /**
   * Tells why, by the row of the name.
   *
   * @param token the token that was shown
   * @param epoch the number of the last acquisition; it is not live under the token
   * @return the reason
   */
  public static LeaseLoss of(LeaseToken token, long epoch) {
    if (epoch == token.epoch()) {
      return EXPIRED;
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
  public LockLost error(String operation, LeaseToken token) {
    return new LockLost(operation, token, detail());
  }

  private String detail() {
    return switch (this) {
      case UNKNOWN -> "no such lease; it was released, cleaned up or never given out";
      case EXPIRED -> "the lease has ended; acquire it again";
      case HELD_BY_NEWER -> "the lease has a newer token; it was acquired again after it had ended";
    };
  }
}
