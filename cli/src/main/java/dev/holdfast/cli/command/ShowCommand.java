// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Moments;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Statuses;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.FirstEvent;
import dev.holdfast.cli.store.Store;
import dev.holdfast.console.why.States;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDetails;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code show}. */
@Command(
    name = "show",
    description = "Shows an instance: input, output or failure, executions, numbers and problems.")
final class ShowCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  ShowCommand(Surroundings surroundings) {
    super(surroundings);
  }

  /** What is shown, read before anything is printed. */
  private record Shown(
      InstanceStatus status,
      InstanceSummary summary,
      List<ExecutionDetails> executions,
      InstanceStats stats,
      List<String> children,
      @Nullable JsonNode input,
      CustomStatus.@Nullable Reading custom) {}

  @Override
  int run(Store store, Output output) {
    InstanceAdmin admin = store.admin();
    InstanceStatus status = States.read(admin, store.client(), instanceId);
    Optional<InstanceDetails> details = details(admin);
    if (details.isEmpty()) {
      return notYet(status, output);
    }
    InstanceSummary summary = details.get().summary();
    Shown shown =
        new Shown(
            status,
            summary,
            admin.executions(instanceId),
            admin.stats(instanceId),
            admin.children(instanceId),
            FirstEvent.input(store.provider(), instanceId, summary.executionId()),
            store
                .provider()
                .capability(CustomStatus.class)
                .flatMap(calls -> calls.read(instanceId, 0))
                .orElse(null));
    if (output.isJson()) {
      output.object(object(shown, details.get()));
    } else {
      print(shown, output);
    }
    return ExitCode.OK;
  }

  private Optional<InstanceDetails> details(InstanceAdmin admin) {
    try {
      return Optional.of(admin.instance(instanceId));
    } catch (ProviderError.NotFound e) {
      return Optional.empty();
    }
  }

  /** An instance that has no row: it is not there, or its start is only queued. */
  private int notYet(InstanceStatus status, Output output) {
    if (status.state() == InstanceState.NOT_FOUND) {
      output.note(
          "no instance \"%s\"; why %s says whether messages wait for it"
              .formatted(instanceId, instanceId));
      return ExitCode.NOTHING;
    }
    if (output.isJson()) {
      output.object(
          JsonText.object()
              .put("instanceId", instanceId)
              .put("name", status.name())
              .put("executionId", status.executionId())
              .put("state", word(status.state())));
    } else {
      output.line(
          "%s  %s  %s: started, and no worker has stored its first turn yet"
              .formatted(instanceId, status.name(), word(status.state())));
    }
    return ExitCode.OK;
  }

  private static String word(InstanceState state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static ObjectNode object(Shown shown, InstanceDetails details) {
    ObjectNode object = Rows.summary(shown.summary()).put("state", word(shown.status().state()));
    object.set("input", shown.input());
    JsonText.put(object, "output", details.output());
    var failure = shown.status().failure();
    if (failure != null) {
      object
          .putObject("failure")
          .put("type", failure.type())
          .put("message", failure.message())
          .set("stack", array(failure.stack()));
    }
    if (shown.custom() != null) {
      JsonText.put(object, "customStatus", shown.custom().value());
    }
    object.set("children", array(shown.children()));
    ArrayNode executions = object.putArray("executions");
    shown.executions().forEach(row -> executions.add(Rows.execution(row)));
    InstanceStats stats = shown.stats();
    object
        .put("events", stats.totalEvents())
        .put("eventBytes", stats.totalEventBytes())
        .put("queuedMessages", stats.queuedMessages())
        .put("pendingActivities", stats.pendingActivities())
        .put("keys", stats.keys());
    ArrayNode problems = object.putArray("problems");
    for (InstanceStatus.Problem problem : shown.status().problems()) {
      problems
          .addObject()
          .put("activityName", problem.activity())
          .put("text", problem.text())
          .put("reportedAt", JsonText.moment(problem.since()));
    }
    return object;
  }

  private static ArrayNode array(List<String> texts) {
    ArrayNode array = JsonText.object().putArray("texts");
    texts.forEach(array::add);
    return array;
  }

  private void print(Shown shown, Output output) {
    InstanceSummary row = shown.summary();
    output.heading(row.instanceId());
    field(output, "orchestration", Rows.code(row));
    field(output, "state", word(shown.status().state()));
    field(output, "created", output.time(row.createdAt()));
    field(output, "updated", output.time(row.updatedAt()));
    Instant ended = row.completedAt();
    if (ended != null) {
      String took = Moments.rough(Duration.between(row.createdAt(), ended));
      field(output, "ended", "%s, after %s".formatted(output.time(ended), took));
    }
    field(output, "parent", row.parentInstanceId());
    if (!shown.children().isEmpty()) {
      field(output, "children", shown.children().size() + " (tree shows them)");
    }
    if (shown.input() != null) {
      field(output, "input", output.value(shown.input()));
    }
    var result = shown.status().output();
    if (result != null) {
      field(output, "output", output.value(result.json()));
    }
    failure(shown.status(), output);
    if (shown.custom() != null) {
      field(output, "status", output.payload(shown.custom().value()));
    }
    InstanceStats stats = shown.stats();
    field(
        output,
        "history",
        Count.of(stats.totalEvents(), "event") + ", " + Count.of(stats.totalEventBytes(), "byte"));
    field(
        output,
        "queued",
        Count.of(stats.queuedMessages(), "message")
            + ", "
            + Count.of(stats.pendingActivities(), "activity", "activities"));
    for (InstanceStatus.Problem problem : shown.status().problems()) {
      field(output, "problem", "%s (%s)".formatted(problem.text(), output.time(problem.since())));
    }
    if (shown.executions().size() > 1) {
      output.space();
      output.table(table(shown.executions(), output));
    }
  }

  private static void failure(InstanceStatus status, Output output) {
    String name = "failure";
    for (var failure = status.failure(); failure != null; failure = failure.cause()) {
      field(output, name, failure.toString());
      name = "caused by";
    }
  }

  private static Table table(List<ExecutionDetails> executions, Output output) {
    Table table = new Table(">EXECUTION", "STATUS", "STARTED", "ENDED", ">EVENTS", "OUTPUT");
    for (ExecutionDetails row : executions) {
      table.row(
          row.executionId(),
          Statuses.painted(row.status()),
          output.time(row.startedAt()),
          output.time(row.completedAt()),
          row.eventCount(),
          output.payload(row.output()));
    }
    return table;
  }

  private static void field(Output output, String name, @Nullable String value) {
    if (value != null) {
      output.line("  %-14s %s".formatted(name, value));
    }
  }
}
