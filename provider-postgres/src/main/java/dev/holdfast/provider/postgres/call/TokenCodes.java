// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.call;

import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.jdbc.row.LockLoss;

/** What the store's functions return about tokens; see token_code and activity_codes there. */
public final class TokenCodes {

  public static final int GOOD = 0;
  public static final int ACKED = 1;
  public static final int UNKNOWN = 2;
  public static final int EXPIRED = 3;
  public static final int HELD_BY_NEWER = 4;
  public static final int RELEASED = 5;

  private TokenCodes() {}

  /** Says why a token holds no lock. */
  public static LockLost lost(String operation, LockToken token, int code) {
    LockLoss loss =
        switch (code) {
          case ACKED -> LockLoss.ACKED;
          case UNKNOWN -> LockLoss.UNKNOWN;
          case EXPIRED -> LockLoss.EXPIRED;
          case HELD_BY_NEWER -> LockLoss.HELD_BY_NEWER;
          default -> LockLoss.RELEASED;
        };
    return loss.error(operation, token);
  }
}
