// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import java.time.Duration;

/**
 * Which events may go: those that are older than an age, by the store's clock, and that are not
 * among the newest of their stream. Both have to hold.
 *
 * @param age the least age, zero for any
 * @param keep how many of the newest versions of each stream stay, from 0
 */
public record ArchivePolicy(Duration age, long keep) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when one of them is negative
   */
  public ArchivePolicy {
    if (age.isNegative() || keep < 0) {
      throw new IllegalArgumentException(
          "the age is %s and %d versions stay; neither can be negative".formatted(age, keep));
    }
  }

  /**
   * Lets events go that are older than an age.
   *
   * @param age the age
   * @return the policy
   * @throws IllegalArgumentException when it is negative
   */
  public static ArchivePolicy olderThan(Duration age) {
    return new ArchivePolicy(age, 0);
  }

  /**
   * Lets events go that are not among the newest of their stream.
   *
   * @param versions how many stay
   * @return the policy
   * @throws IllegalArgumentException when it is negative
   */
  public static ArchivePolicy keepingNewest(long versions) {
    return new ArchivePolicy(Duration.ZERO, versions);
  }

  /**
   * Returns the same policy with another number of versions that stay.
   *
   * @param versions how many stay
   * @return the policy
   * @throws IllegalArgumentException when it is negative
   */
  public ArchivePolicy keeping(long versions) {
    return new ArchivePolicy(age, versions);
  }
}
