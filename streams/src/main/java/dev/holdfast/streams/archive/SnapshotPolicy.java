// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import java.time.Duration;

/**
 * Which snapshots of a stream stay: the newest ones, and those that are younger than an age. It
 * counts each kind of state, so each form of an aggregate's state, for itself.
 *
 * @param newest how many of the newest stay, from 0
 * @param age up to which age all stay, by the store's clock; zero for none
 */
public record SnapshotPolicy(int newest, Duration age) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when one of them is negative
   */
  public SnapshotPolicy {
    if (newest < 0 || age.isNegative()) {
      throw new IllegalArgumentException(
          "%d snapshots stay, and those up to %s; neither can be negative".formatted(newest, age));
    }
  }

  /**
   * Keeps the newest ones.
   *
   * @param snapshots how many of each stream
   * @return the policy
   * @throws IllegalArgumentException when it is negative
   */
  public static SnapshotPolicy newest(int snapshots) {
    return new SnapshotPolicy(snapshots, Duration.ZERO);
  }

  /**
   * Returns a policy that keeps young ones too.
   *
   * @param age up to which age
   * @return the policy
   * @throws IllegalArgumentException when it is negative
   */
  public SnapshotPolicy andYoungerThan(Duration age) {
    return new SnapshotPolicy(newest, age);
  }
}
