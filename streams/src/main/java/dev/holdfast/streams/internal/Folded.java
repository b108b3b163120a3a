// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.ParkedStream;
import org.jspecify.annotations.Nullable;

/**
 * A state, and what it is the fold of. The two never part: whoever has the state has the version of
 * the last event in it (ES-05).
 *
 * @param stream the stream, as it is stored
 * @param state the state
 * @param version the version of the last event that was folded in, 0 for none
 * @param hash the hash of that event, absent when it is not known or has none (ES-12)
 * @param parked what keeps later events from being folded in, absent for nothing (ES-09)
 * @param <S> the state
 */
public record Folded<S>(
    StreamId stream, S state, long version, @Nullable String hash, @Nullable ParkedStream parked) {

  /** A stream without events. */
  public static <S> Folded<S> empty(StreamId stream, S initial) {
    return new Folded<>(stream, initial, 0, null, null);
  }
}
