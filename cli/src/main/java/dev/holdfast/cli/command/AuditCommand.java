// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.state.SequenceRange;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code audit}. */
@Command(
    name = "audit",
    description =
        "Lists what has happened to runs, the newest record first. Returns 1 when there is"
            + " nothing.",
    footer = {"", "The audit log is best effort: a record that is missing proves nothing."})
final class AuditCommand extends StoreCommand {

  @Option(names = "--run", paramLabel = "ID", description = "only this run")
  private @Nullable String run;

  @Option(names = "--step", paramLabel = "ID", description = "only this step")
  private @Nullable String step;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "only this type; may be given several times")
  private List<String> types = List.of();

  @Option(
      names = "--after",
      paramLabel = "SEQUENCE",
      description = "only what was stored behind the record of this sequence number")
  private @Nullable Long after;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "only what was stored since then: 2h, 7d, 2026-01-31, 2026-01-31T18:00")
  private @Nullable String since;

  @Option(names = "--oldest", description = "the oldest record first")
  private boolean oldest;

  @Mixin private final LimitOption limit = new LimitOption();

  AuditCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
  }

  @Override
  int run(Store store, Output output) {
    AuditLog audit = store.audit();
    AuditFilter filter = filter(output);
    Table table = new Table("SEQUENCE", "STORED", "RUN", "STEP", "TYPE", "DATA");
    return limit.list(
        store,
        output,
        table,
        "no audit record",
        (most, from) -> {
          AuditPage page = audit.query(new AuditQuery(filter, !oldest, most, from));
          page.rows().forEach(row -> add(table, row, output));
          return new LimitOption.Shown(page.rows().size(), page.nextPageToken());
        });
  }

  private AuditFilter filter(Output output) {
    AuditFilter.Builder filter = AuditFilter.builder().types(Set.copyOf(types));
    if (run != null) {
      filter.runId(run);
    }
    if (step != null) {
      filter.stepId(step);
    }
    if (after != null) {
      filter.sequences(SequenceRange.after(after));
    }
    if (since != null) {
      Instant from = output.moments().read("--since", since, Instant.now());
      filter.storedAt(new TimeRange(from, null));
    }
    return filter.build();
  }

  private static void add(Table table, AuditRecord row, Output output) {
    if (output.isJson()) {
      output.object(Rows.audit(row));
      return;
    }
    AuditEntry entry = row.entry();
    String step = entry.stepId();
    table.row(
        String.valueOf(row.sequence()),
        output.time(row.storedAt()),
        entry.runId(),
        step == null ? "" : step,
        entry.type(),
        output.payload(entry.data()));
  }
}
