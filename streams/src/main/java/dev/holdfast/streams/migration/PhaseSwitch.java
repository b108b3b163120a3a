// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import java.time.Instant;

/**
 * A switch from one phase to another.
 *
 * @param from the phase before
 * @param to the phase behind it
 * @param reason why, for people
 * @param at the store's time of the switch
 */
public record PhaseSwitch(Phase from, Phase to, String reason, Instant at) {}
