// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;

/** What the store's functions return about tokens; see token_code and activity_codes there. */
final class TokenCodes {

  static final int GOOD = 0;
  static final int ACKED = 1;
  static final int UNKNOWN = 2;
  static final int EXPIRED = 3;
  static final int HELD_BY_NEWER = 4;
  static final int RELEASED = 5;

  private TokenCodes() {}

  /** Says why a token holds no lock. */
  static LockLost lost(String operation, LockToken token, int code) {
    return new LockLost(operation, token, detail(token, code));
  }

  private static String detail(LockToken token, int code) {
    return switch (code) {
      case ACKED -> "the lock was released; it was acked before";
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
      default -> "the lock was released; it was acked or abandoned before";
    };
  }
}
