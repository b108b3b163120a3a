// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.runtime.retention.Retention;
import dev.holdfast.runtime.retention.RetentionPolicy;
import dev.holdfast.runtime.retention.RetentionReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code retention}. */
@Command(
    name = "retention",
    description =
        "Removes what is over by a policy: finished instances, former executions, runs, consumed"
            + " messages, audit records, snapshots. One process at a time does it, beside workers"
            + " that go on. Returns 1 when there was nothing, or another process is at it.",
    footer = {
      "",
      "The policy is a file with JSON, such as",
      "  {\"instances\": [{\"statuses\": [\"completed\"], \"after\": \"30d\"}], \"holds\":"
          + " [\"order-17\"]}",
      "docs/guide/retention.md has all of it."
    })
final class RetentionCommand extends StoreCommand {

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      required = true,
      description = "what goes, and when")
  private @Nullable Path file;

  @Option(names = "--dry-run", description = "only say what would go; the same as without --yes")
  private boolean dryRun;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "100",
      description = "so much goes in one transaction (${DEFAULT-VALUE})")
  private int batch = 100;

  @Mixin private final Consent consent = new Consent();

  RetentionCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if (batch < 1) {
      throw Refusal.badInput("--batch is " + batch + "; it goes from 1");
    }
    if (dryRun && consent.isGiven()) {
      throw Refusal.badInput("give either --dry-run or --yes");
    }
    policy();
  }

  private RetentionPolicy policy() {
    try {
      return RetentionPolicy.parse(Files.readString(Objects.requireNonNull(file)));
    } catch (IOException e) {
      throw Refusal.badInput("the policy %s cannot be read: %s".formatted(file, e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw Refusal.badInput("the policy %s is wrong: %s".formatted(file, e.getMessage()));
    }
  }

  @Override
  int run(Store store, Output output) {
    Retention retention = Retention.on(store.provider()).batches(batch);
    RetentionReport report =
        consent.isGiven() ? retention.run(policy()) : retention.dryRun(policy());
    String heldBy = report.heldBy();
    if (heldBy != null) {
      output.note("nothing was done: %s is at it (lease %s)".formatted(heldBy, Retention.LEASE));
      return ExitCode.NOTHING;
    }
    if (output.isJson()) {
      output.object(object(report));
    } else {
      print(report, output);
    }
    report.notes().forEach(output::note);
    if (dryRun || consent.isGiven()) {
      return report.isNothing() ? ExitCode.NOTHING : ExitCode.OK;
    }
    return Consent.missing(output);
  }

  private void print(RetentionReport report, Output output) {
    output.note(consent.isGiven() ? "this was removed:" : "this would be removed:");
    Table table = new Table("WHAT", ">COUNT", ">EXECUTIONS", ">EVENTS");
    table.row("runs", report.runs(), "", "");
    table.row(
        "instances",
        report.instances().instances(),
        report.instances().executions(),
        report.instances().events());
    table.row(
        "running instances",
        report.executions().instances(),
        report.executions().executions(),
        report.executions().events());
    Long messages = report.inboxMessages();
    table.row("consumed messages", messages == null ? "not counted" : messages, "", "");
    table.row("audit records", report.auditRecords(), "", "");
    table.row("snapshots", report.snapshots(), "", "");
    output.table(table);
  }

  private ObjectNode object(RetentionReport report) {
    ObjectNode object =
        JsonText.object()
            .put("done", consent.isGiven())
            .put("runs", report.runs())
            .put("instances", report.instances().instances())
            .put("instanceExecutions", report.instances().executions())
            .put("instanceEvents", report.instances().events())
            .put("prunedInstances", report.executions().instances())
            .put("prunedExecutions", report.executions().executions())
            .put("prunedEvents", report.executions().events())
            .put("auditRecords", report.auditRecords())
            .put("snapshots", report.snapshots());
    Long messages = report.inboxMessages();
    if (messages != null) {
      object.put("inboxMessages", messages);
    }
    return object;
  }
}
