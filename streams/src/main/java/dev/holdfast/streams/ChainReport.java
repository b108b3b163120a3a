// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import org.jspecify.annotations.Nullable;

/**
 * Whether the events of a stream are those that were appended (ES-12).
 *
 * @param checked how many events fit, from the first one on
 * @param brokenAt the version of the first event that does not fit, or that is missing; absent when
 *     all fit
 * @param problem what does not fit, absent when all fit
 */
public record ChainReport(long checked, @Nullable Long brokenAt, @Nullable String problem) {

  /** {@return whether all events fit} */
  public boolean isIntact() {
    return brokenAt == null;
  }
}
