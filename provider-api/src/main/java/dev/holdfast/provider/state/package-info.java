// SPDX-License-Identifier: Apache-2.0

/**
 * State that a store keeps beside orchestrations, for engines and applications that bring their
 * own: runs with their steps and inboxes, triggers, named leases, and a log of what has happened.
 * Found with {@link dev.holdfast.provider.Provider#capability}.
 */
@NullMarked
package dev.holdfast.provider.state;

import org.jspecify.annotations.NullMarked;
