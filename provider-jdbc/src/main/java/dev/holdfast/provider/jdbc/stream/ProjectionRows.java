// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.UpdateProjection;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What a store writes of projections, all but updates that are changes. Arguments are checked
 * before. Each call is one transaction and, behind a network, one round trip. Thread-safe.
 */
public interface ProjectionRows {

  /**
   * Makes the generation behind the newest one.
   *
   * @param operation the SPI call, for errors
   * @param projection the name
   * @param newest the greatest generation that the caller knows
   * @param shards how many checkpoints it has
   * @param startAfter the number of the position that they begin with
   */
  void create(String operation, String projection, int newest, int shards, long startAfter);

  /**
   * Switches what is read.
   *
   * @param operation the SPI call, for errors
   * @param projection the name
   * @param generation the generation to be live
   * @param live the one that has to be live
   * @param atLeast the number of the position that its checkpoints have to have reached, null for
   *     the end of the log
   */
  void makeLive(
      String operation, String projection, int generation, int live, @Nullable Long atLeast);

  /**
   * Takes a generation away, and removes some of what it has.
   *
   * @param operation the SPI call, for errors
   * @param projection the name
   * @param generation the generation
   * @param limit the most rows and parked events to remove
   * @return what was removed
   */
  DropStep drop(String operation, String projection, int generation, int limit);

  /**
   * Updates in a transaction of a caller, which goes on whatever is refused.
   *
   * @param operation the SPI call, for errors
   * @param connection the caller's connection
   * @param update the update
   * @param fence what has to be live when the call is made, null for nothing
   * @return the versions of the rows
   */
  ProjectionUpdated update(
      String operation, Connection connection, UpdateProjection update, @Nullable Fence fence);
}
