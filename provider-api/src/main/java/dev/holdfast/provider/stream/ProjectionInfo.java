// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.util.List;

/**
 * A projection with its generations, of one committed state (PROJECTION-28).
 *
 * @param projection its name
 * @param live the generation that is read
 * @param newest the greatest generation so far, also when it was dropped
 * @param generations those that are there, by number
 */
public record ProjectionInfo(
    String projection, int live, int newest, List<GenerationInfo> generations) {
  /** Copies the generations. */
  public ProjectionInfo {
    generations = List.copyOf(generations);
  }
}
