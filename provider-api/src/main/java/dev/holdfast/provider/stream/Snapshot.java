// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;

/**
 * The state of a stream as of a version: a shortcut that can be thrown away at any time.
 *
 * @param stream the stream
 * @param version the version of the last event that is folded into the state, from 1; never the
 *     stream's latest at the time of writing, and never a clock
 * @param schema under which kind of state it is stored; compared exactly (SNAPSHOT-07)
 * @param state the state, opaque
 */
public record Snapshot(StreamId stream, long version, String schema, Payload state) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the version is below 1 (SNAPSHOT-06), or the schema
   *     is no identifier
   */
  public Snapshot {
    Objects.requireNonNull(stream, "stream");
    Checks.atLeastOne("Snapshot", "version", version);
    Checks.identifier("Snapshot", "schema", schema);
    Objects.requireNonNull(state, "state");
  }
}
