// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.state.LeaseInfo;

/** What came of the renewal of one lease. Immutable. */
public sealed interface Renewal {

  /**
   * The token holds it.
   *
   * @param lease the lease with its end
   */
  record Kept(LeaseInfo lease) implements Renewal {}

  /**
   * The token does not hold it, and nothing has changed.
   *
   * @param why the reason
   */
  record Lost(LeaseLoss why) implements Renewal {}
}
