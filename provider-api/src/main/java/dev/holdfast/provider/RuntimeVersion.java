// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.Comparator;

/**
 * The version of a runtime, compared number by number (VERSION-07). An execution may be pinned to
 * one, so that only runtimes that can replay it fetch it.
 *
 * @param major the first number, 0 or more
 * @param minor the second number, 0 or more
 * @param patch the third number, 0 or more
 */
public record RuntimeVersion(int major, int minor, int patch)
    implements Comparable<RuntimeVersion> {

  private static final Comparator<RuntimeVersion> ORDER =
      Comparator.comparingInt(RuntimeVersion::major)
          .thenComparingInt(RuntimeVersion::minor)
          .thenComparingInt(RuntimeVersion::patch);

  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is negative
   */
  public RuntimeVersion {
    Checks.notNegative("RuntimeVersion", "major", major);
    Checks.notNegative("RuntimeVersion", "minor", minor);
    Checks.notNegative("RuntimeVersion", "patch", patch);
  }

  @Override
  public int compareTo(RuntimeVersion other) {
    return ORDER.compare(this, other);
  }

  /** {@return the dotted form, such as {@code 1.10.0}} */
  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
