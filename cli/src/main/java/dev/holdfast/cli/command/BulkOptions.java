// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Moments;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Statuses;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.TimeRange;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which instances a call takes that takes many. Not thread-safe. */
final class BulkOptions {

  @Option(names = "--name", paramLabel = "NAME", description = "all of this orchestration")
  private @Nullable String name;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description = "all with these statuses")
  private List<String> statuses = List.of();

  @Option(
      names = "--ended-before",
      paramLabel = "TIME",
      description = "all that ended before then: 30d, 2026-01-31, 2026-01-31T18:00")
  private @Nullable String endedBefore;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "at most so many at once; the store's own number when not given")
  private @Nullable Integer limit;

  /** {@return whether no option restricts anything} */
  boolean isEmpty() {
    return name == null && statuses.isEmpty() && endedBefore == null;
  }

  void check() {
    if (limit != null && limit < 1) {
      throw Refusal.badInput("--limit is " + limit + "; it goes from 1");
    }
  }

  private Set<ExecutionStatus> statuses() {
    Set<ExecutionStatus> read = new HashSet<>();
    statuses.forEach(status -> read.add(Statuses.read(status)));
    return read;
  }

  @Nullable Instant before(Moments moments, Instant now) {
    return endedBefore == null ? null : moments.read("--ended-before", endedBefore, now);
  }

  /** {@return which instances a bulk call takes} */
  BulkFilter filter(Moments moments, Instant now) {
    return new BulkFilter(Set.of(), statuses(), name, before(moments, now), limit);
  }

  /** {@return how to list ended instances that the bulk call may take} */
  InstanceFilter.Builder listing(Moments moments, Instant now) {
    Set<ExecutionStatus> wanted =
        statuses.isEmpty() ? EnumSet.complementOf(EnumSet.of(ExecutionStatus.RUNNING)) : statuses();
    InstanceFilter.Builder filter =
        InstanceFilter.builder().statuses(wanted.toArray(ExecutionStatus[]::new));
    if (name != null) {
      filter.name(name);
    }
    Instant before = before(moments, now);
    if (before != null) {
      filter.completedAt(new TimeRange(null, before));
    }
    return filter;
  }

  /** {@return the most instances of one call} */
  int most(int byDefault) {
    return limit == null ? byDefault : limit;
  }
}
