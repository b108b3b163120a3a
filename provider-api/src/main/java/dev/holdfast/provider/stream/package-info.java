// SPDX-License-Identifier: Apache-2.0

/**
 * Event streams: for applications whose truth is their events. Streams of immutable events with
 * dense versions and one global order, snapshots of the states that events lead to, and projections
 * that are one commit with the position up to which they have read. Found with {@link
 * dev.holdfast.provider.Provider#capability}.
 */
@NullMarked
package dev.holdfast.provider.stream;

import org.jspecify.annotations.NullMarked;
