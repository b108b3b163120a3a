// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogPosition;
import java.time.Duration;

/**
 * How far rows are behind the log (ES-26).
 *
 * @param checkpoint up to where everything is folded in
 * @param head the end of the log
 * @param age how old the oldest event is that is not folded in, by the store's clock; zero when
 *     there is none
 */
public record ProjectionLag(LogPosition checkpoint, LogPosition head, Duration age) {}
