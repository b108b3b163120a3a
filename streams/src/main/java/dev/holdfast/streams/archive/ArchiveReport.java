// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.provider.stream.StreamId;
import java.util.List;

/**
 * What was archived, or would be (ES-37).
 *
 * @param archived the streams of which events went, by id
 * @param refused the streams of which events would have gone by the policy, and why they stayed
 */
public record ArchiveReport(List<Archived> archived, List<Refused> refused) {

  /**
   * Events that went.
   *
   * @param stream the stream
   * @param from the first version that went
   * @param through the last version that went, of which there is a snapshot
   */
  public record Archived(StreamId stream, long from, long through) {}

  /**
   * Events that stayed.
   *
   * @param stream the stream
   * @param reason who still needs them, or what is wrong, and what to do
   */
  public record Refused(StreamId stream, String reason) {}

  /** Copies the lists. */
  public ArchiveReport {
    archived = List.copyOf(archived);
    refused = List.copyOf(refused);
  }

  /** {@return how many events went} */
  public long events() {
    return archived.stream().mapToLong(each -> each.through() - each.from() + 1).sum();
  }
}
