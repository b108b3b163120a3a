// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ChangeResult;
import java.time.Instant;

/**
 * The result of {@link AppendEvents}.
 *
 * @param stream the stream
 * @param firstVersion the version of the first event
 * @param lastVersion the version of the last event
 * @param firstPosition the position of the first event
 * @param lastPosition the position of the last event
 * @param recordedAt the store's now of the append, that of all its events
 * @param repeated whether the key was used before with the same content, so that nothing was
 *     written and everything else is that of the first append (STREAM-17)
 */
public record Appended(
    StreamId stream,
    long firstVersion,
    long lastVersion,
    LogPosition firstPosition,
    LogPosition lastPosition,
    Instant recordedAt,
    boolean repeated)
    implements ChangeResult {

  /** {@return the same answer, marked as that of a repeat} */
  public Appended asRepeat() {
    return new Appended(
        stream, firstVersion, lastVersion, firstPosition, lastPosition, recordedAt, true);
  }
}
