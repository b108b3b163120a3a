// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Moments;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far checkpoints lie behind the end of the log, as it was at first. Not thread-safe. */
final class ProjectionLag {

  private final EventStreams streams;
  private final LogHead head;
  private final Map<LogPosition, Optional<Instant>> known = new HashMap<>();

  ProjectionLag(EventStreams streams) {
    this.streams = streams;
    head = streams.head();
  }

  /** {@return the end of the log} */
  LogHead head() {
    return head;
  }

  /** {@return when the oldest event behind a checkpoint was appended, null when there is none} */
  @Nullable Instant since(LogPosition checkpoint) {
    return known.computeIfAbsent(checkpoint, this::oldestBehind).orElse(null);
  }

  private Optional<Instant> oldestBehind(LogPosition checkpoint) {
    if (!checkpoint.isBefore(head.position())) {
      return Optional.empty();
    }
    return streams.readLog(LogRead.after(checkpoint, 1)).events().stream()
        .findFirst()
        .map(StreamEvent::recordedAt);
  }

  /** {@return the same as people read it} */
  String words(LogPosition checkpoint) {
    Instant since = since(checkpoint);
    return since == null ? "none" : Moments.rough(Duration.between(since, head.now()));
  }
}
