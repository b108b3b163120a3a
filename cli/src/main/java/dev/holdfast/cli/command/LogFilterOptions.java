// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Moments;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.Tag;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which events of the log are meant. Not thread-safe. */
final class LogFilterOptions {

  @Option(
      names = "--category",
      paramLabel = "CATEGORY",
      description = "only streams of this category; may be given several times")
  private List<String> categories = List.of();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "only events of this type; may be given several times")
  private List<String> types = List.of();

  @Option(
      names = "--tag",
      paramLabel = "KEY=VALUE",
      description = "only events with this tag; given several times, with all of them")
  private List<String> tags = List.of();

  @Option(names = "--correlation", paramLabel = "ID", description = "only what belongs to this")
  private @Nullable String correlation;

  @Option(names = "--causation", paramLabel = "ID", description = "only what this has caused")
  private @Nullable String causation;

  @Option(names = "--event", paramLabel = "ID", description = "only events of this id")
  private @Nullable String event;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "only what was recorded since then: 2h, 7d, 2026-01-31, 2026-01-31T18:00")
  private @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "only what was recorded before then; written as --since is")
  private @Nullable String until;

  /** {@return whether the events end at a time} */
  boolean isBounded() {
    return until != null;
  }

  /** {@return whether the events begin at a time} */
  boolean isSince() {
    return since != null;
  }

  /** Reads the options as a filter. */
  LogFilter filter(Moments moments) {
    return new LogFilter(
        Set.copyOf(categories),
        Set.copyOf(types),
        tags(),
        correlation,
        causation,
        event,
        recorded(moments, Instant.now()));
  }

  private Set<Tag> tags() {
    Set<Tag> read = new HashSet<>();
    for (String tag : tags) {
      int end = tag.indexOf('=');
      if (end < 1 || end == tag.length() - 1) {
        throw Refusal.badInput("--tag is \"%s\"; give key=value".formatted(tag));
      }
      read.add(new Tag(tag.substring(0, end), tag.substring(end + 1)));
    }
    return read;
  }

  private TimeRange recorded(Moments moments, Instant now) {
    Instant from = since == null ? null : moments.read("--since", since, now);
    Instant to = until == null ? null : moments.read("--until", until, now);
    if (from != null && to != null && !from.isBefore(to)) {
      throw Refusal.badInput("--until \"%s\" is not after --since \"%s\"".formatted(until, since));
    }
    return new TimeRange(from, to);
  }
}
