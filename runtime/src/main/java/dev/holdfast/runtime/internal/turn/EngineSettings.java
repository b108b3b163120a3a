// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.runtime.DataConverter;
import java.time.Duration;

/**
 * The settings of the engine; checked by the builder.
 *
 * @param cacheSize how many parked executions are kept
 * @param blockedAfter how long code of orchestrations may run before it counts as blocked
 * @param converter how values are encoded
 */
public record EngineSettings(int cacheSize, Duration blockedAfter, DataConverter converter) {}
