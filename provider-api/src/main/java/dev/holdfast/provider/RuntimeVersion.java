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

  /**
   * Reads the dotted form.
   *
   * @param text three numbers with dots between them, as {@link #toString} writes them
   * @return the version
   * @throws ProviderError.InvalidRequest when it is anything else
   */
  public static RuntimeVersion parse(String text) {
    String[] numbers = text.split("\\.", -1);
    if (numbers.length != 3) {
      throw new ProviderError.InvalidRequest("RuntimeVersion", wrong(text));
    }
    try {
      return new RuntimeVersion(
          Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]));
    } catch (NumberFormatException e) {
      throw new ProviderError.InvalidRequest("RuntimeVersion", wrong(text));
    }
  }

  private static String wrong(String text) {
    return "\"" + text + "\" is no version; versions are three numbers, such as 1.10.0";
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
