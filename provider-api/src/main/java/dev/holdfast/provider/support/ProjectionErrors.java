// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.UpdateProjection;
import org.jspecify.annotations.Nullable;

/**
 * What a store says of a call of projections that does not fit what is stored: the same on every
 * store. Each method makes the error and throws nothing.
 *
 * <p>A conflict of generations has their numbers as its versions. One of checkpoints has {@link
 * VersionConflict#foundPosition}, and 0 for both versions.
 */
public final class ProjectionErrors {

  private ProjectionErrors() {}

  /**
   * There is no such projection.
   *
   * @param operation the SPI call
   * @param projection the name
   * @return the error
   */
  public static NotFound noProjection(String operation, String projection) {
    return new NotFound(
        operation, null, "there is no projection %s; create it".formatted(projection));
  }

  /**
   * There is no such generation, or it was dropped.
   *
   * @param operation the SPI call
   * @param projection the name
   * @param generation the generation
   * @return the error
   */
  public static NotFound noGeneration(String operation, String projection, int generation) {
    return new NotFound(
        operation,
        null,
        "there is no generation %s; it was never made, or dropped"
            .formatted(name(projection, generation)));
  }

  /**
   * An event to unpark is not parked (PROJECTION-27).
   *
   * @param operation the SPI call
   * @param update the update
   * @param position the position
   * @return the error
   */
  public static NotFound notParked(
      String operation, UpdateProjection update, LogPosition position) {
    return new NotFound(
        operation,
        null,
        "no event at %s is parked in %s"
            .formatted(position, name(update.projection(), update.generation())));
  }

  /**
   * The newest generation is another one than the caller knew (PROJECTION-02).
   *
   * @param operation the SPI call
   * @param projection the name
   * @param known the one that the caller knew
   * @param newest the newest one, 0 for none
   * @return the error
   */
  public static VersionConflict newerGeneration(
      String operation, String projection, int known, int newest) {
    return new VersionConflict(
        operation,
        subject(projection),
        "the newest generation of projection %s is %d, and %d was expected"
            .formatted(projection, newest, known),
        known,
        newest,
        null);
  }

  /**
   * Another generation is live than the caller believed (PROJECTION-14, PROJECTION-16).
   *
   * @param operation the SPI call
   * @param projection the name
   * @param believed the one that the caller believed live
   * @param live the live one
   * @return the error
   */
  public static VersionConflict otherIsLive(
      String operation, String projection, int believed, int live) {
    return new VersionConflict(
        operation,
        subject(projection),
        "the live generation of projection %s is %d, and %d was expected; read which is live and decide again"
            .formatted(projection, live, believed),
        believed,
        live,
        null);
  }

  /**
   * The stored checkpoint is not the one that the update goes on from (PROJECTION-05).
   *
   * @param operation the SPI call
   * @param update the update
   * @param advance its advance
   * @param found the stored checkpoint
   * @return the error
   */
  public static VersionConflict otherCheckpoint(
      String operation, UpdateProjection update, Advance advance, LogPosition found) {
    return new VersionConflict(
        operation,
        subject(update.projection()),
        "the checkpoint of shard %d of %s is %s, and %s was expected; go on from there"
            .formatted(
                advance.shard(),
                name(update.projection(), update.generation()),
                found,
                advance.from()),
        0,
        0,
        found);
  }

  /**
   * A checkpoint has not got as far as a switch demands (PROJECTION-17, PROJECTION-18).
   *
   * @param operation the SPI call
   * @param projection the name
   * @param generation the generation that was to be live
   * @param least the least of its checkpoints
   * @param demanded where they have to be at least
   * @return the error
   */
  public static VersionConflict behind(
      String operation,
      String projection,
      int generation,
      LogPosition least,
      LogPosition demanded) {
    return new VersionConflict(
        operation,
        subject(projection),
        "a checkpoint of %s is %s, and %s was demanded; let it catch up first"
            .formatted(name(projection, generation), least, demanded),
        0,
        0,
        least);
  }

  /**
   * A row has another version than was seen (PROJECTION-10).
   *
   * @param operation the SPI call
   * @param update the update
   * @param key the key of the row
   * @param seen the version that was seen, 0 for absent
   * @param found the version that is stored, 0 for absent
   * @return the error
   */
  public static VersionConflict otherVersion(
      String operation, UpdateProjection update, String key, long seen, long found) {
    String row = row(update.projection(), update.generation(), key);
    return new VersionConflict(
        operation,
        row,
        "%s has version %d, and the change has seen %d; read it again".formatted(row, found, seen),
        seen,
        found,
        null);
  }

  /**
   * The live generation was to be dropped (PROJECTION-20).
   *
   * @param operation the SPI call
   * @param projection the name
   * @param generation the generation
   * @return the error
   */
  public static InvalidRequest isLive(String operation, String projection, int generation) {
    return new InvalidRequest(
        operation, name(projection, generation) + " is live; make another one live first");
  }

  /**
   * A row cannot be read (PROJECTION-30).
   *
   * @param operation the SPI call
   * @param projection the name
   * @param generation the generation
   * @param key the key of the row
   * @param cause the error of reading it, null when there is none
   * @return the error
   */
  public static CorruptData unreadable(
      String operation, String projection, int generation, String key, @Nullable Throwable cause) {
    return new CorruptData(
        operation, null, row(projection, generation, key) + " cannot be read", cause);
  }

  private static String subject(String projection) {
    return "projection " + projection;
  }

  private static String name(String projection, int generation) {
    return projection + "/" + generation;
  }

  private static String row(String projection, int generation, String key) {
    return "row %s of %s".formatted(key, name(projection, generation));
  }
}
