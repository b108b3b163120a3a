// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Statuses;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.InstanceList;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code instances}. */
@Command(
    name = "instances",
    description = "Lists instances, the newest first. Returns 1 when there are none.")
final class InstancesCommand extends StoreCommand {

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "only instances of this orchestration")
  private @Nullable String name;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description = "only with these statuses: running, completed, failed, continued-as-new")
  private List<String> statuses = List.of();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "only those created since then: 2h, 7d, 2026-01-31, 2026-01-31T18:00")
  private @Nullable String since;

  @Option(names = "--parent", paramLabel = "ID", description = "only children of this instance")
  private @Nullable String parent;

  @Option(names = "--roots", description = "only instances that are no children")
  private boolean roots;

  @Mixin private final LimitOption limit = new LimitOption();

  @Option(names = "--oldest", description = "the oldest first")
  private boolean oldest;

  InstancesCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
  }

  @Override
  int run(Store store, Output output) {
    InstanceList list = new InstanceList(store);
    InstanceFilter filter = filter(output);
    AtomicLong count = new AtomicLong();
    boolean more =
        output.isJson()
            ? list.forEach(
                filter,
                oldest,
                limit.rows(),
                row -> {
                  count.incrementAndGet();
                  output.object(Rows.summary(row));
                })
            : table(list, filter, output, count);
    if (count.get() == 0) {
      output.note("no such instances");
      return ExitCode.NOTHING;
    }
    if (more) {
      LimitOption.noteMore(output);
    }
    return ExitCode.OK;
  }

  private boolean table(InstanceList list, InstanceFilter filter, Output output, AtomicLong count) {
    Table table = new Table("INSTANCE", "ORCHESTRATION", "STATUS", "CREATED", "UPDATED", "PARENT");
    boolean more;
    try (var progress = output.progress("instances")) {
      more =
          list.forEach(
              filter,
              oldest,
              limit.rows(),
              row -> {
                count.incrementAndGet();
                progress.step();
                add(table, row, output);
              });
    }
    if (!table.isEmpty()) {
      output.table(table);
    }
    return more;
  }

  private static void add(Table table, InstanceSummary row, Output output) {
    table.row(
        row.instanceId(),
        Rows.code(row),
        Statuses.painted(row.status()),
        output.time(row.createdAt()),
        output.time(row.updatedAt()),
        row.parentInstanceId());
  }

  private InstanceFilter filter(Output output) {
    InstanceFilter.Builder filter = InstanceFilter.builder();
    if (name != null) {
      filter.name(name);
    }
    if (!statuses.isEmpty()) {
      List<ExecutionStatus> read = new ArrayList<>();
      for (String status : statuses) {
        ExecutionStatus one = Statuses.read(status);
        if (!read.contains(one)) {
          read.add(one);
        }
      }
      filter.statuses(read.toArray(ExecutionStatus[]::new));
    }
    if (since != null) {
      Instant from = output.moments().read("--since", since, Instant.now());
      filter.createdAt(new TimeRange(from, null));
    }
    if (parent != null) {
      filter.parentInstanceId(parent);
    }
    if (roots) {
      filter.rootsOnly();
    }
    return filter.build();
  }
}
