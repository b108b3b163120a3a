// SPDX-License-Identifier: Apache-2.0

/**
 * What operators ask and do: list and read instances, find out why one is not moving, delete and
 * prune. All results come from state rows; nothing here replays events. Found with {@link
 * dev.holdfast.provider.Provider#capability}.
 */
@NullMarked
package dev.holdfast.provider.admin;

import org.jspecify.annotations.NullMarked;
