// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes rows, checkpoint and parked events of a projection, in one commit (PROJECTION-04). The
 * result is {@link ProjectionUpdated}. Row changes apply in list order (PROJECTION-09), then events
 * are unparked, then parked.
 *
 * <p>Without {@code advance} it is an inline update, beside an append: it moves no checkpoint
 * (PROJECTION-13), and only the live generation takes it (PROJECTION-14).
 *
 * @param projection the projection
 * @param generation the generation, from 1
 * @param rows the row changes, up to {@link StreamLimits#maxRowsPerUpdate()}
 * @param advance how the checkpoint moves, absent for an inline update
 * @param park the events to set aside; one that is parked already gets the new count and error
 *     (PROJECTION-27)
 * @param unpark the positions of parked events to take away
 */
public record UpdateProjection(
    String projection,
    int generation,
    List<RowChange> rows,
    @Nullable Advance advance,
    List<ParkedEvent> park,
    List<LogPosition> unpark)
    implements StreamChange {

  /**
   * Checks the parts, and copies the lists.
   *
   * @throws ProviderError.InvalidRequest when the name is no identifier or the generation below 1
   */
  public UpdateProjection {
    Checks.identifier("UpdateProjection", "projection", projection);
    Checks.atLeastOne("UpdateProjection", "generation", generation);
    rows = List.copyOf(rows);
    park = List.copyOf(park);
    unpark = List.copyOf(unpark);
  }

  /**
   * Updates rows beside an append, without a checkpoint.
   *
   * @param projection the projection
   * @param generation the generation, which has to be the live one
   * @param rows the row changes
   * @return the change
   * @throws ProviderError.InvalidRequest when the name is no identifier or the generation below 1
   */
  public static UpdateProjection inline(String projection, int generation, List<RowChange> rows) {
    return new UpdateProjection(projection, generation, rows, null, List.of(), List.of());
  }

  /**
   * Updates rows with a checkpoint.
   *
   * @param projection the projection
   * @param generation the generation
   * @param rows the row changes
   * @param advance how the checkpoint moves
   * @return the change
   * @throws ProviderError.InvalidRequest when the name is no identifier or the generation below 1
   */
  public static UpdateProjection advancing(
      String projection, int generation, List<RowChange> rows, Advance advance) {
    return new UpdateProjection(projection, generation, rows, advance, List.of(), List.of());
  }

  @Override
  public Feature feature() {
    return Feature.PROJECTIONS;
  }
}
