// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.StreamLimits;
import dev.holdfast.provider.stream.UpdateProjection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link RequestChecks} that is about projections: what can be refused without reading
 * the store, and positions against the head that was read. What does not fit what is stored is in
 * {@link ProjectionErrors}. Immutable and thread-safe.
 */
public final class ProjectionChecks {

  private static final String LIMIT = "limit";

  private final RequestChecks checks;
  private final StreamChecks streams;

  /**
   * Creates the checks of one provider.
   *
   * @param checks what is the same in other calls
   * @param streams what is the same for streams, with the limits
   */
  ProjectionChecks(RequestChecks checks, StreamChecks streams) {
    this.checks = checks;
    this.streams = streams;
  }

  /**
   * Checks an update.
   *
   * @throws InvalidRequest when it has too many rows or parked events, a value is over the payload
   *     limit, or the shard is one that no generation has (PROJECTION-08)
   */
  void check(String operation, UpdateProjection update) {
    checkCount(operation, "rows", update.rows().size());
    checkCount(operation, "events to park", update.park().size());
    checkCount(operation, "positions to unpark", update.unpark().size());
    for (RowChange row : update.rows()) {
      if (row instanceof RowChange.Put(String key, Payload value, Long seen)) {
        checks.checkSize(operation, null, "the value of row " + key, value);
      }
    }
    Advance advance = update.advance();
    if (advance != null && advance.shard() >= limits().maxShards()) {
      throw new InvalidRequest(
          operation,
          "shard %d; there are at most %d".formatted(advance.shard(), limits().maxShards()));
    }
  }

  private void checkCount(String operation, String what, int count) {
    int most = limits().maxRowsPerUpdate();
    if (count > most) {
      throw new InvalidRequest(
          operation, "an update of %d %s; at most %d are allowed".formatted(count, what, most));
    }
  }

  /**
   * Checks the positions of an update: no checkpoint and no parked event lies behind the head.
   *
   * @param operation the SPI call, for the error
   * @param update the update
   * @param head the end of the log
   * @throws InvalidRequest when one does (PROJECTION-06, PROJECTION-27)
   */
  public static void checkReached(String operation, UpdateProjection update, LogPosition head) {
    Advance advance = update.advance();
    if (advance != null) {
      StreamChecks.checkReached(operation, advance.to(), head);
    }
    for (ParkedEvent event : update.park()) {
      StreamChecks.checkReached(operation, event.position(), head);
    }
  }

  /**
   * Says how far the log has to reach for an update.
   *
   * @param update the update
   * @return the greatest position that it stores, null when it stores none
   */
  public static @Nullable LogPosition furthest(UpdateProjection update) {
    Advance advance = update.advance();
    LogPosition furthest = advance == null ? null : advance.to();
    for (ParkedEvent event : update.park()) {
      if (furthest == null || event.position().isAfter(furthest)) {
        furthest = event.position();
      }
    }
    return furthest;
  }

  /**
   * Checks the shard of an update.
   *
   * @param operation the SPI call, for the error
   * @param advance how the checkpoint moves
   * @param shards how many shards the generation has
   * @throws InvalidRequest when it has no such shard (PROJECTION-07)
   */
  public static void checkShard(String operation, Advance advance, int shards) {
    if (advance.shard() >= shards) {
      throw new InvalidRequest(
          operation,
          "shard %d; the generation has %d, counted from 0".formatted(advance.shard(), shards));
    }
  }

  /**
   * Checks a generation that is to be made, all but its position.
   *
   * @param operation the SPI call, for the error
   * @param projection the name
   * @param newest the greatest generation that the caller knows
   * @param shards how many parts it has
   * @param startAfter the checkpoint to begin with, which {@link StreamChecks#checkReached} looks
   *     at
   * @throws InvalidRequest when one is out of range (PROJECTION-03)
   */
  public void checkCreate(
      String operation, String projection, int newest, int shards, LogPosition startAfter) {
    checkProjection(operation, projection);
    Checks.notNegative(operation, "newest", (long) newest);
    Checks.atLeastOne(operation, "shards", shards);
    if (shards > limits().maxShards()) {
      throw new InvalidRequest(
          operation, "%d shards; at most %d are allowed".formatted(shards, limits().maxShards()));
    }
    Objects.requireNonNull(startAfter, "startAfter");
  }

  /**
   * Checks the name of a projection.
   *
   * @param operation the SPI call, for the error
   * @param projection the name
   * @throws InvalidRequest when it is no identifier
   */
  public void checkProjection(String operation, String projection) {
    Checks.identifier(operation, "projection", projection);
  }

  private static void checkGeneration(String operation, String projection, int generation) {
    Checks.identifier(operation, "projection", projection);
    Checks.atLeastOne(operation, "generation", generation);
  }

  /**
   * Checks a switch of generations.
   *
   * @param operation the SPI call, for the error
   * @param projection the name
   * @param generation the generation to be live
   * @param live the generation that the caller believes live
   * @throws InvalidRequest when one is out of range (PROJECTION-16)
   */
  public void checkMakeLive(String operation, String projection, int generation, int live) {
    checkGeneration(operation, projection, generation);
    Checks.atLeastOne(operation, "live", live);
  }

  /**
   * Checks a step of a drop.
   *
   * @param operation the SPI call, for the error
   * @param projection the name
   * @param generation the generation
   * @param limit the most rows and parked events to remove
   * @throws InvalidRequest when one is out of range (PROJECTION-20)
   */
  public void checkDrop(String operation, String projection, int generation, int limit) {
    checkGeneration(operation, projection, generation);
    Checks.atLeastOne(operation, LIMIT, limit);
  }

  /**
   * Checks a read of one row.
   *
   * @param operation the SPI call, for the error
   * @param projection the name
   * @param generation the generation, null for the live one
   * @param key the key
   * @throws InvalidRequest when a name is no identifier, or the number below 1
   */
  public void checkRow(
      String operation, String projection, @Nullable Integer generation, String key) {
    checkProjection(operation, projection);
    if (generation != null) {
      Checks.atLeastOne(operation, "generation", generation);
    }
    Checks.identifier(operation, "key", key);
  }

  /**
   * Checks a read of rows.
   *
   * @param operation the SPI call, for the error
   * @param read the read
   * @throws InvalidRequest when the page is too big (READ-05)
   */
  public void check(String operation, RowRead read) {
    streams.checkPageSize(operation, read.limit());
  }

  /**
   * Checks a list of parked events.
   *
   * @param operation the SPI call, for the error
   * @param projection the name
   * @param generation the generation
   * @param limit the most events
   * @throws InvalidRequest when one is out of range (PROJECTION-27)
   */
  public void checkParked(String operation, String projection, int generation, int limit) {
    checkGeneration(operation, projection, generation);
    streams.checkPageSize(operation, limit);
  }

  private StreamLimits limits() {
    return streams.limits();
  }
}
