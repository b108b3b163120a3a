// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of the log. It may be shorter than its limit, or empty with a {@code next} that has
 * moved on; only {@code atEnd} says that the end was reached (READ-07, READ-10).
 *
 * @param events the events that match, in the direction of the read
 * @param next the cut from which to read on. Forwards it is at or behind the last event, and
 *     everything that matches up to it is in the page or in earlier ones (READ-08): store it as the
 *     checkpoint, not the position of the last event. Backwards it is the cut before the last one
 *     (READ-19)
 * @param atEnd whether at some moment during the call no event that may be read lay behind {@code
 *     next} (READ-11); backwards, whether the beginning of the log was reached
 * @param archivedThrough the last archived position, when the page begins, or backwards ends,
 *     before it, so that events may be missing (STREAM-30); absent otherwise
 */
public record LogPage(
    List<StreamEvent> events,
    LogPosition next,
    boolean atEnd,
    @Nullable LogPosition archivedThrough) {
  /** Copies the events. */
  public LogPage {
    events = List.copyOf(events);
  }
}
