// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Statuses;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.InstanceList;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceSummary;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code delete}. */
@Command(
    name = "delete",
    description =
        "Deletes instances with their children, histories and queued work, for ever. By id, or"
            + " ended ones by --name, --status and --ended-before.")
final class DeleteCommand extends StoreCommand {

  private static final InstanceDeletion.Counts NOTHING = new InstanceDeletion.Counts(0, 0, 0, 0, 0);

  @Parameters(arity = "0..*", paramLabel = "ID", description = "the instances; roots, no children")
  private List<String> instanceIds = List.of();

  @Option(names = "--force", description = "running ones too; only with ids")
  private boolean force;

  @Mixin private final BulkOptions bulk = new BulkOptions();

  @Mixin private final Consent consent = new Consent();

  DeleteCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    bulk.check();
    if (instanceIds.isEmpty() == bulk.isEmpty()) {
      throw Refusal.badInput(
          "give either ids, or which ones by --name, --status or --ended-before");
    }
    if (force && instanceIds.isEmpty()) {
      throw Refusal.badInput("--force goes with ids only");
    }
  }

  @Override
  int run(Store store, Output output) {
    InstanceDeletion deletion = store.deletion();
    Instant now = Instant.now();
    if (!consent.isGiven()) {
      Table table = new Table("INSTANCE", "ORCHESTRATION", "STATUS", "UPDATED", ">INSTANCES");
      boolean more = preview(store, output, table, now);
      if (table.isEmpty()) {
        output.note("no such instances");
        return ExitCode.NOTHING;
      }
      output.note("this would be deleted, with its children:");
      output.table(table);
      if (more) {
        output.note("and more with the next call: --limit says how many at once");
      }
      return Consent.missing(output);
    }
    InstanceDeletion.Counts counts =
        instanceIds.isEmpty()
            ? deletion.deleteBulk(bulk.filter(output.moments(), now))
            : deletion.delete(instanceIds, force);
    return report(counts, output);
  }

  private boolean preview(Store store, Output output, Table table, Instant now) {
    if (!instanceIds.isEmpty()) {
      for (String id : instanceIds) {
        row(store, id, output, table);
      }
      return false;
    }
    InstanceFilter filter = bulk.listing(output.moments(), now).rootsOnly().build();
    int most = bulk.most(store.provider().info().limits().defaultBulkSize());
    try (var progress = output.progress("instances")) {
      return new InstanceList(store)
          .forEach(
              filter,
              true,
              most,
              summary -> {
                progress.step();
                if (isOver(store.admin(), summary)) {
                  row(store, summary, output, table);
                }
              });
    }
  }

  /** Whether no member of a tree runs; trees with one that does are skipped. */
  private static boolean isOver(InstanceAdmin admin, InstanceSummary root) {
    return root.status().isEnded()
        && admin.tree(root.instanceId()).stream()
            .allMatch(one -> admin.instance(one.instanceId()).summary().status().isEnded());
  }

  /** An id may have queued work without being an instance. */
  private static void row(Store store, String id, Output output, Table table) {
    InstanceSummary row;
    try {
      row = store.admin().instance(id).summary();
    } catch (NotFound e) {
      store.admin().facts(id);
      table.row(id, "", "not started", "", 0);
      return;
    }
    row(store, row, output, table);
  }

  private static void row(Store store, InstanceSummary row, Output output, Table table) {
    table.row(
        row.instanceId(),
        Rows.code(row),
        Statuses.painted(row.status()),
        output.time(row.updatedAt()),
        store.admin().tree(row.instanceId()).size());
  }

  private static int report(InstanceDeletion.Counts counts, Output output) {
    if (output.isJson()) {
      output.object(
          JsonText.object()
              .put("instances", counts.instances())
              .put("executions", counts.executions())
              .put("events", counts.events())
              .put("messages", counts.messages())
              .put("activities", counts.activities()));
    } else {
      output.line(
          "deleted %s, %s, %s, %s, %s"
              .formatted(
                  Count.of(counts.instances(), "instance"),
                  Count.of(counts.executions(), "execution"),
                  Count.of(counts.events(), "event"),
                  Count.of(counts.messages(), "message"),
                  Count.of(counts.activities(), "activity", "activities")));
    }
    return counts.equals(NOTHING) ? ExitCode.NOTHING : ExitCode.OK;
  }
}
