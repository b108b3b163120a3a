// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.LockToken;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What renewals answer, alike for both queues. Stateless. */
public final class Renewals {

  private Renewals() {}

  /** Renews one lock, or throws {@link dev.holdfast.provider.ProviderError.LockLost}. */
  public static <T extends LockToken> void one(
      String operation, T token, Function<List<T>, List<Integer>> renew) {
    int code = renew.apply(List.of(token)).get(0);
    if (code != TokenCodes.GOOD) {
      throw TokenCodes.lost(operation, token, code);
    }
  }

  /** Renews those tokens that are for this queue; the others are lost, as all that do not hold. */
  public static <T extends LockToken> Set<LockToken> stillHeld(
      List<LockToken> tokens, Class<T> type, Function<List<T>, List<Integer>> renew) {
    List<T> those = tokens.stream().filter(type::isInstance).map(type::cast).toList();
    Set<LockToken> held = new LinkedHashSet<>();
    if (!those.isEmpty()) {
      List<Integer> codes = renew.apply(those);
      for (int i = 0; i < those.size(); i++) {
        if (codes.get(i) == TokenCodes.GOOD) {
          held.add(those.get(i));
        }
      }
    }
    return held;
  }
}
