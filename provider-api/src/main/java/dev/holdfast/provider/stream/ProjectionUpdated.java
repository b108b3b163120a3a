// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ChangeResult;
import java.util.List;

/**
 * The result of {@link UpdateProjection}.
 *
 * @param rowVersions for each row change, in list order, a version: that of the last change of a
 *     key is the version that the row is at afterwards, 0 for one that was removed or not there;
 *     those of earlier changes of it name nothing (PROJECTION-09)
 */
public record ProjectionUpdated(List<Long> rowVersions) implements ChangeResult {
  /** Copies the list. */
  public ProjectionUpdated {
    rowVersions = List.copyOf(rowVersions);
  }
}
