// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.internal.Interceptors;
import dev.holdfast.runtime.internal.replay.HistoryLimit;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the engine; checked by the builder.
 *
 * @param cacheSize how many parked executions are kept
 * @param blockedAfter how long code of orchestrations may run before it counts as blocked
 * @param history how long histories may be
 * @param aheadAtMost for how long code may run ahead of the message that lets it go on; zero for
 *     not at all
 * @param streamLookEvery how often a wait for an event of a stream is looked at that nothing tells
 * @param pin what executions are pinned to that begin here; null for nothing
 * @param converter how values are encoded
 * @param interceptors what runs around turns and code
 * @param tracing what traces; null for nothing
 */
public record EngineSettings(
    int cacheSize,
    Duration blockedAfter,
    HistoryLimit history,
    Duration aheadAtMost,
    Duration streamLookEvery,
    @Nullable RuntimeVersion pin,
    DataConverter converter,
    Interceptors interceptors,
    @Nullable Tracing tracing) {

  /**
   * So long the caller of a start, and the result of an activity, wait at most for code that may
   * block. Code takes microseconds otherwise; a machine in trouble takes milliseconds to let it
   * run.
   */
  public static final Duration AHEAD_AT_MOST = Duration.ofMillis(30);

  /** So long a wait is left alone whose worker may have died. */
  public static final Duration STREAM_LOOK_EVERY = Duration.ofMinutes(1);
}
