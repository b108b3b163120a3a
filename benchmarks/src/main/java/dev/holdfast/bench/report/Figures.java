// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import java.util.Locale;

/** Figures for people: three digits that count. */
public final class Figures {

  private Figures() {}

  /** A figure of any size. */
  public static String of(double value) {
    double size = Math.abs(value);
    String pattern = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, pattern, value);
  }
}
