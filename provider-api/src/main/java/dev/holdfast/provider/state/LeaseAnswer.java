// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

/** What came of an attempt to acquire a lease (LEASE-01, LEASE-02). Immutable. */
public sealed interface LeaseAnswer {

  /**
   * {@return the lease: the caller's own once it was acquired, otherwise that of its present
   * holder}
   */
  LeaseInfo lease();

  /**
   * The lease was free, and now the caller has it.
   *
   * @param token the proof, for renewals, the release, and as a fence
   * @param lease the lease, with its end
   */
  record Acquired(LeaseToken token, LeaseInfo lease) implements LeaseAnswer {}

  /**
   * The lease is live. Nothing has changed.
   *
   * @param lease who has it, and until when
   */
  record Held(LeaseInfo lease) implements LeaseAnswer {}
}
