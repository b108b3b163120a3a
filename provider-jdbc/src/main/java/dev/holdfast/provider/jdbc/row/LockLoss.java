// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.row;

import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;

/** Why a lock token is not good, in the words that callers read. */
public enum LockLoss {

  /** There is no row of the instance or activity. */
  UNKNOWN,
  /** Its end has passed, and the lock was not taken over. */
  EXPIRED,
  /** It was taken over after its end. */
  HELD_BY_NEWER,
  /** It was acked. */
  ACKED,
  /** It was given back, or acked before the last ack. */
  RELEASED;

  /**
   * Makes the error.
   *
   * @param operation the SPI call
   * @param token the token that is not good
   * @return the error to throw
   */
  public LockLost error(String operation, LockToken token) {
    return new LockLost(operation, token, detail(token));
  }

  private String detail(LockToken token) {
    return switch (this) {
      case UNKNOWN ->
          switch (token) {
            case LockToken.OfInstance instance ->
                "no such lock; the instance is unknown or was deleted";
            case LockToken.OfActivity activity ->
                "the activity is gone; it was acked or cancelled, or its instance deleted";
          };
      case EXPIRED -> "the lock has expired; fetch again";
      case HELD_BY_NEWER ->
          "the lock is held by a newer token; somebody took over after it had ended";
      case ACKED -> "the lock was released; it was acked before";
      case RELEASED -> "the lock was released; it was acked or abandoned before";
    };
  }
}
