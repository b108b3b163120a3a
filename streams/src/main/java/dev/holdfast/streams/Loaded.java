// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import org.jspecify.annotations.Nullable;

/**
 * The present state of a stream.
 *
 * @param state the state, the initial one when there are no events
 * @param version the version of the last event in it, 0 for none
 * @param complete whether the aggregate says that nothing more is expected to happen
 * @param parked from where on the stream is set aside, absent when it is not (ES-09)
 * @param <S> the state
 */
public record Loaded<S>(S state, long version, boolean complete, @Nullable ParkedStream parked) {}
