// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.spec.Level;
import java.util.Map;

/**
 * What came of one level.
 *
 * @param level the level
 * @param declared whether the provider declares it; always so for the core
 * @param verdict the verdict
 * @param because why, in one or two sentences
 * @param counts how many of its rules ended how, every status once
 */
public record LevelResult(
    Level level, boolean declared, Verdict verdict, String because, Map<RuleStatus, Long> counts) {

  /** Copies the counts. */
  public LevelResult {
    counts = Map.copyOf(counts);
  }
}
