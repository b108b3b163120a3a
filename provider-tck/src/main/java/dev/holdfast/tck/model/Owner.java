// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.SessionClaim;
import org.jspecify.annotations.Nullable;

/**
 * For whom a fetch or a claim takes activities of sessions.
 *
 * @param number the number of the owner, 0 for nobody
 * @param leaseSteps how long it asks to have a session
 * @param most how many sessions it wants at most, 0 for any number
 */
record Owner(int number, int leaseSteps, int most) {

  /** How many owners there are. */
  static final int OWNERS = 2;

  /** How many sessions there are. */
  static final int SESSIONS = 3;

  /** Takes no activity of a session. */
  static final Owner NONE = new Owner(0, 0, 0);

  /** The owner with a number. */
  static String id(int number) {
    return "o" + number;
  }

  /** The session with a number; none for 0. */
  static @Nullable String session(int number) {
    return number == 0 ? null : "s" + number;
  }

  Owner withAnyNumber() {
    return new Owner(number, leaseSteps, 0);
  }

  @Nullable SessionClaim claim(Timing timing) {
    return number == 0
        ? null
        : new SessionClaim(id(number), timing.steps(leaseSteps), most == 0 ? null : most);
  }

  /** In words that follow others; nothing for nobody. */
  String text() {
    return number == 0
        ? ""
        : " for %s lease=%d%s".formatted(id(number), leaseSteps, most == 0 ? "" : " most=" + most);
  }
}
