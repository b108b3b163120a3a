// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log, as a reader may know it now (ORDER-12). Never goes back (ORDER-13).
 *
 * @param position the cut at the end
 * @param lastRecordedAt the time of the last event, absent when there was none
 * @param now the store's now
 */
public record LogHead(LogPosition position, @Nullable Instant lastRecordedAt, Instant now) {}
