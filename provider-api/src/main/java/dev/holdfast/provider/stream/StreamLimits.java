// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Limits;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;

/**
 * How much a provider takes of streams, projections and their reads. Each value is at or above the
 * floor that the specification sets, which {@link #floor} shows. One more of anything is {@link
 * ProviderError.InvalidRequest}, and nothing is written.
 *
 * @param maxEventsPerAppend the most events of one append, at least 1,000 (STREAM-10)
 * @param maxAppendBytes the most bytes of data and metadata of one append together, at least four
 *     times the payload limit (STREAM-10)
 * @param maxTagsPerEvent the most tags of an event, at least 8 (READ-03)
 * @param maxNamesPerFilter the most categories, types or tags of a filter, each, at least 16
 *     (READ-12)
 * @param maxPageSize the most entries of a page, at least 100 (READ-05)
 * @param maxRowsPerUpdate the most row changes of an update of a projection, at least 1,000
 * @param maxShards the most shards of a generation, at least 16
 */
public record StreamLimits(
    int maxEventsPerAppend,
    int maxAppendBytes,
    int maxTagsPerEvent,
    int maxNamesPerFilter,
    int maxPageSize,
    int maxRowsPerUpdate,
    int maxShards) {

  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is below 1
   */
  public StreamLimits {
    Checks.atLeastOne("StreamLimits", "maxEventsPerAppend", maxEventsPerAppend);
    Checks.atLeastOne("StreamLimits", "maxAppendBytes", maxAppendBytes);
    Checks.atLeastOne("StreamLimits", "maxTagsPerEvent", maxTagsPerEvent);
    Checks.atLeastOne("StreamLimits", "maxNamesPerFilter", maxNamesPerFilter);
    Checks.atLeastOne("StreamLimits", "maxPageSize", maxPageSize);
    Checks.atLeastOne("StreamLimits", "maxRowsPerUpdate", maxRowsPerUpdate);
    Checks.atLeastOne("StreamLimits", "maxShards", maxShards);
  }

  /**
   * The least that every provider takes: the floors of the specification.
   *
   * @param limits what the provider takes elsewhere
   * @return the limits
   */
  public static StreamLimits floor(Limits limits) {
    long bytes = 4L * limits.maxPayloadBytes();
    return new StreamLimits(
        1_000, (int) Math.min(bytes, Integer.MAX_VALUE), 8, 16, limits.maxPageSize(), 1_000, 16);
  }
}
