// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Moments;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.state.Leases;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code leases}. */
@Command(
    name = "leases",
    description =
        "Lists leases that ended without being released, the oldest first, or shows one. Returns 1"
            + " when there are none.",
    footer = {
      "",
      "A lease that has ended was held by a process that died or was too slow. It is free.",
      "Whether one has ended is the store's to say; ENDS counts by the clock of this machine."
    })
final class LeasesCommand extends StoreCommand {

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "only this one, held or ended")
  private @Nullable String name;

  @Mixin private final LimitOption limit = new LimitOption();

  LeasesCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
  }

  @Override
  int run(Store store, Output output) {
    Leases leases = store.leases();
    return name == null ? list(store, leases, output) : one(leases, name, output);
  }

  private int one(Leases leases, String asked, Output output) {
    Optional<LeaseInfo> lease = leases.lease(asked);
    if (lease.isEmpty()) {
      output.note("no lease \"%s\"; nobody has it".formatted(asked));
      return ExitCode.NOTHING;
    }
    Table table = table();
    add(table, lease.get(), output);
    if (!table.isEmpty()) {
      output.table(table);
    }
    return ExitCode.OK;
  }

  private int list(Store store, Leases leases, Output output) {
    Table table = table();
    return limit.list(
        store,
        output,
        table,
        "no lease has ended without being released",
        (most, from) -> {
          LeasePage page = leases.expired(most, from);
          page.rows().forEach(row -> add(table, row, output));
          return new LimitOption.Shown(page.rows().size(), page.nextPageToken());
        });
  }

  private static Table table() {
    return new Table("LEASE", "HOLDER", "ACQUIRED", "UNTIL", "ENDS");
  }

  private static void add(Table table, LeaseInfo row, Output output) {
    if (output.isJson()) {
      output.object(Rows.lease(row));
      return;
    }
    table.row(
        row.name(),
        row.holder(),
        output.time(row.acquiredAt()),
        output.time(row.until()),
        ends(Duration.between(Instant.now(), row.until())));
  }

  private static String ends(Duration left) {
    return left.isPositive() ? "in " + Moments.rough(left) : Moments.rough(left.negated()) + " ago";
  }
}
