// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/**
 * Snapshots as tests use them, through one handle. Immutable.
 *
 * @param streams the streams
 * @param calls the calls of the feature
 */
record Snapped(Streamed streams, Snapshots calls) {

  /** Ends a test of what only a provider with snapshots can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.SNAPSHOTS)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.SNAPSHOTS.name());
    }
  }

  static Snapped first(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.first());
  }

  static Snapped second(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.second());
  }

  /** The archive, through the first handle. */
  static StreamArchive archive(StoreUnderTest store) {
    if (!store.declares(Feature.EVENT_ARCHIVE)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.EVENT_ARCHIVE.name());
    }
    return archive(store.first());
  }

  static StreamArchive archive(Handle handle) {
    return handle
        .provider()
        .capability(StreamArchive.class)
        .orElseThrow(() ->
            Expect.violation(
                "EVENT_ARCHIVE is declared, and not offered.", "StreamArchive", "none"));
  }

  static List<Snapped> several(StoreUnderTest store, int handles) {
    requireDeclared(store);
    return store.newHandles(handles).stream().map(Snapped::of).toList();
  }

  static Snapped of(Handle handle) {
    return new Snapped(
        Streamed.of(handle),
        handle
            .provider()
            .capability(Snapshots.class)
            .orElseThrow(() ->
                Expect.violation("SNAPSHOTS is declared, and not offered.", "Snapshots", "none")));
  }

  /** A snapshot whose state says what it is of. */
  static Snapshot snapshot(StreamId stream, long version, String schema) {
    return new Snapshot(
        stream,
        version,
        schema,
        Payload.utf8("state of " + stream + " at " + version + " " + schema));
  }

  /** Puts a snapshot that is new. */
  Snapshot put(StreamId stream, long version, String schema) {
    Snapshot snapshot = snapshot(stream, version, schema);
    Expect.that("A snapshot was there before.", calls.put(snapshot));
    return snapshot;
  }

  /** The version of the snapshot that is answered, 0 for none; its state must say the same. */
  long latest(StreamId stream, long version, String schema) {
    return calls
        .latestAtOrBefore(stream, version, schema)
        .map(stored -> {
          Snapshot found = stored.snapshot();
          Expect.equal(
              "A snapshot is another one than it says.",
              snapshot(stream, found.version(), schema),
              found);
          return found.version();
        })
        .orElse(0L);
  }

  /** The versions under a schema, newest first. */
  List<Long> versions(StreamId stream, String schema) {
    return calls.list(stream, Streamed.PAGE).stream()
        .filter(info -> info.schema().equals(schema))
        .map(SnapshotInfo::version)
        .toList();
  }
}
