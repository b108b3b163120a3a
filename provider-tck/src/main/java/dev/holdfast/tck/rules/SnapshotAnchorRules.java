// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** Snapshots that archived events can be had from. */
@RuleFamily("SNAPSHOT")
final class SnapshotAnchorRules {

  /**
   * The snapshot that an archiving relied on stays until a later one relies on another.
   *
   * <p><b>Shape:</b> archive through 10, prune to 1 and to 0 with newer ones there; archive through
   * 20 under another schema: then the first goes; the list marks the one that stays.
   */
  @Rule("SNAPSHOT-10")
  void theAnchorStays(StoreUnderTest store) {
    StreamArchive archive = Snapped.archive(store);
    Snapped a = Snapped.first(store);
    StreamId stream = Streamed.stream("stream");
    a.streams().add(stream, 30);
    for (long version : List.of(5L, 10L, 20L, 30L)) {
      a.put(stream, version, "schema");
    }
    a.put(stream, 20, "another");
    Expect.equal("An anchor without an archiving.", List.of(), anchors(a, stream));
    archive.archive(stream, 10, "schema", 100);
    Expect.equal("Another one is marked.", List.of(10L), anchors(a, stream));
    Expect.equal("The anchor went, or others stay.", 2, a.calls().prune(stream, "schema", 1));
    Expect.equal("The anchor went.", List.of(30L, 10L), a.versions(stream, "schema"));
    Expect.equal("The anchor went, or others stay.", 1, a.calls().prune(stream, "schema", 0));
    Expect.equal("The anchor went.", 10L, a.latest(stream, 30, "schema"));
    archive.archive(stream, 20, "another", 3);
    Expect.equal("Another one is marked.", List.of(20L), anchors(a, stream));
    Expect.equal("The new anchor went.", 0, a.calls().prune(stream, "another", 0));
    Expect.equal("The old anchor stays.", 1, a.calls().prune(stream, "schema", 0));
    Expect.equal("The old anchor stays.", List.of(), a.versions(stream, "schema"));
    Expect.equal("The new anchor went.", 20L, Snapped.second(store).latest(stream, 30, "another"));
  }

  private static List<Long> anchors(Snapped a, StreamId stream) {
    return a.calls().list(stream, Streamed.PAGE).stream()
        .filter(SnapshotInfo::anchor)
        .map(SnapshotInfo::version)
        .toList();
  }
}
