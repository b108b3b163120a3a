// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.StreamChange;
import dev.holdfast.provider.stream.StreamLimits;
import dev.holdfast.provider.stream.UpdateProjection;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link RequestChecks} that is about streams and snapshots: what can be refused
 * without reading the store. Immutable and thread-safe.
 */
public final class StreamChecks {

  private final RequestChecks checks;
  private final StreamLimits limits;
  private final ProjectionChecks projections;

  /**
   * Creates the checks of one provider.
   *
   * @param checks what is the same in other calls
   * @param limits how much the provider takes
   */
  StreamChecks(RequestChecks checks, StreamLimits limits) {
    this.checks = checks;
    this.limits = limits;
    projections = new ProjectionChecks(checks, this);
  }

  /** {@return the checks of calls of projections} */
  public ProjectionChecks projections() {
    return projections;
  }

  /** {@return how much the provider takes} */
  public StreamLimits limits() {
    return limits;
  }

  /**
   * Checks a change.
   *
   * @throws InvalidRequest when it is wrong in itself
   */
  void check(String operation, StreamChange change) {
    switch (change) {
      case AppendEvents append -> check(operation, append);
      case PutSnapshot(var snapshot) ->
          checks.checkSize(operation, null, "the state", snapshot.state());
      case UpdateProjection update -> projections.check(operation, update);
    }
  }

  private void check(String operation, AppendEvents append) {
    int most = limits.maxEventsPerAppend();
    if (append.events().size() > most) {
      throw new InvalidRequest(
          operation,
          "an append of %d events; at most %d are allowed".formatted(append.events().size(), most));
    }
    long bytes = 0;
    for (NewEvent event : append.events()) {
      bytes += check(operation, event);
    }
    if (bytes > limits.maxAppendBytes()) {
      throw new InvalidRequest(
          operation,
          "an append of %d bytes of data and metadata; at most %d are allowed"
              .formatted(bytes, limits.maxAppendBytes()));
    }
  }

  private long check(String operation, NewEvent event) {
    checks.checkSize(operation, null, "the data of event " + event.type(), event.data());
    Payload metadata = event.metadata();
    if (metadata != null) {
      checks.checkSize(operation, null, "the metadata of event " + event.type(), metadata);
    }
    int most = limits.maxTagsPerEvent();
    if (event.tags().size() > most) {
      throw new InvalidRequest(
          operation,
          "an event with %d tags; at most %d are allowed".formatted(event.tags().size(), most));
    }
    return (long) event.data().size() + (metadata == null ? 0 : metadata.size());
  }

  /**
   * Checks a read of a stream.
   *
   * @param operation the SPI call, for the error
   * @param fromVersion the version to begin at
   * @param limit the most events
   * @throws InvalidRequest when one is out of range (READ-05)
   */
  public void checkRead(String operation, long fromVersion, int limit) {
    Checks.atLeastOne(operation, "fromVersion", fromVersion);
    checkPageSize(operation, limit);
  }

  /**
   * Checks a read of the log, all but its position, which {@link #checkReached} looks at.
   *
   * @param operation the SPI call, for the error
   * @param read the read
   * @throws InvalidRequest when the limit is out of range (READ-05), or the filter has too many
   *     names (READ-12)
   */
  public void check(String operation, LogRead read) {
    checkPageSize(operation, read.limit());
    LogFilter filter = read.filter();
    checkNames(operation, "categories", filter.categories());
    checkNames(operation, "types", filter.types());
    checkNames(operation, "tags", filter.tags());
  }

  private void checkNames(String operation, String what, Set<?> names) {
    int most = limits.maxNamesPerFilter();
    if (names.size() > most) {
      throw new InvalidRequest(
          operation,
          "a filter with %d %s; at most %d are allowed".formatted(names.size(), what, most));
    }
  }

  /**
   * Checks that the store has reached a position.
   *
   * @param operation the SPI call, for the error
   * @param position the position
   * @param head the end of the log, as {@link LogHead#position()} says it
   * @throws InvalidRequest when it has not (ORDER-20)
   */
  public static void checkReached(String operation, LogPosition position, LogPosition head) {
    if (position.isAfter(head)) {
      throw new InvalidRequest(
          operation,
          "position %s lies behind the head, which is %s; it may be that of another store, or this one was restored from an older backup"
              .formatted(position, head));
    }
  }

  /**
   * Checks a list of streams.
   *
   * @param operation the SPI call, for the error
   * @param category the category
   * @param afterId the id behind which to begin
   * @param limit the most streams
   * @throws InvalidRequest when a name is no identifier or the limit out of range (READ-20)
   */
  public void checkList(String operation, String category, @Nullable String afterId, int limit) {
    Checks.identifier(operation, "category", category);
    Checks.optionalIdentifier(operation, "afterId", afterId);
    checkPageSize(operation, limit);
  }

  /**
   * Checks a moment.
   *
   * @param operation the SPI call, for the error
   * @param time the moment
   * @return the moment in microseconds since 1970, cut off
   * @throws InvalidRequest when it is out of range (READ-18)
   */
  public long checkTime(String operation, Instant time) {
    return StoreTime.toMicros(Checks.instant(operation, "time", time));
  }

  /**
   * Checks the name of a schema of snapshots.
   *
   * @param operation the SPI call, for the error
   * @param schema the name
   * @throws InvalidRequest when it is no identifier
   */
  public void checkSchema(String operation, String schema) {
    Checks.identifier(operation, "schema", schema);
  }

  /**
   * Checks which snapshot is looked for.
   *
   * @param operation the SPI call, for the error
   * @param version the bound
   * @param schema the kind of state
   * @throws InvalidRequest when one is out of range (SNAPSHOT-03)
   */
  public void checkSnapshot(String operation, long version, String schema) {
    Checks.notNegative(operation, "version", version);
    checkSchema(operation, schema);
  }

  /**
   * Checks how many snapshots stay.
   *
   * @param operation the SPI call, for the error
   * @param schema the kind of state
   * @param keep the number
   * @throws InvalidRequest when one is out of range (SNAPSHOT-09)
   */
  public void checkPrune(String operation, String schema, int keep) {
    checkSchema(operation, schema);
    Checks.notNegative(operation, "keep", (long) keep);
  }

  /**
   * Checks a step of an archiving.
   *
   * @param operation the SPI call, for the error
   * @param through the version up to which to remove
   * @param schema the kind of state
   * @param limit the most events to remove
   * @throws InvalidRequest when one is out of range (STREAM-28)
   */
  public void checkArchive(String operation, long through, String schema, int limit) {
    Checks.atLeastOne(operation, "through", through);
    checkSchema(operation, schema);
    Checks.atLeastOne(operation, "limit", limit);
  }

  /**
   * Checks the size of a page.
   *
   * @param operation the SPI call, for the error
   * @param limit the most entries
   * @throws InvalidRequest when it is out of range (READ-05)
   */
  public void checkPageSize(String operation, int limit) {
    Checks.atLeastOne(operation, "limit", limit);
    if (limit > limits.maxPageSize()) {
      throw new InvalidRequest(
          operation,
          "a page of %d entries; at most %d are allowed".formatted(limit, limits.maxPageSize()));
    }
  }
}
