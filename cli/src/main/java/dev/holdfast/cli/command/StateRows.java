// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Table;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Runs and steps as rows of tables and as JSON. Stateless. */
final class StateRows {

  private StateRows() {}

  static Table runs() {
    return new Table("RUN", "KIND", "STATUS", "ATTEMPT", "CREATED", "UPDATED");
  }

  static void add(Table table, RunSummary run, Output output) {
    if (output.isJson()) {
      output.object(json(run));
    } else {
      table.row(
          run.runId(),
          run.kind(),
          run.status().label(),
          run.attempt(),
          output.time(run.times().createdAt()),
          output.time(run.times().updatedAt()));
    }
  }

  static ObjectNode json(RunSummary run) {
    return JsonText.object()
        .put("runId", run.runId())
        .put("kind", run.kind())
        .put("status", run.status().label())
        .put("version", run.version())
        .put("attempt", run.attempt())
        .put("createdAt", JsonText.moment(run.times().createdAt()))
        .put("updatedAt", JsonText.moment(run.times().updatedAt()))
        .put("startedAt", JsonText.moment(run.times().startedAt()))
        .put("suspendedAt", JsonText.moment(run.times().suspendedAt()))
        .put("endedAt", JsonText.moment(run.times().endedAt()));
  }

  static ObjectNode json(StepSummary step) {
    return JsonText.object()
        .put("runId", step.runId())
        .put("stepId", step.stepId())
        .put("status", step.status().label())
        .put("version", step.version())
        .put("attempt", step.attempt())
        .put("retryable", step.retryable())
        .put("createdAt", JsonText.moment(step.times().createdAt()))
        .put("updatedAt", JsonText.moment(step.times().updatedAt()))
        .put("scheduledAt", JsonText.moment(step.times().scheduledAt()))
        .put("startedAt", JsonText.moment(step.times().startedAt()))
        .put("suspendedAt", JsonText.moment(step.times().suspendedAt()))
        .put("endedAt", JsonText.moment(step.times().endedAt()));
  }

  static void put(ObjectNode target, @Nullable Suspension suspension) {
    if (suspension != null) {
      ObjectNode object =
          JsonText.object().put("stepId", suspension.stepId()).put("reason", suspension.reason());
      JsonText.put(object, "state", suspension.state());
      JsonText.put(object, "metadata", suspension.metadata());
      target.set("suspension", object);
    }
  }

  /** Reads statuses as they are written on a command line. */
  static <S extends Enum<S>> S[] statuses(
      List<String> written, S[] all, Function<S, String> label, S[] none) {
    return written.stream()
        .map(word ->
            Arrays.stream(all)
                .filter(status -> label.apply(status).equals(word.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                    Refusal.badInput(
                        "--status \"%s\" is none of %s"
                            .formatted(
                                word,
                                Arrays.stream(all).map(label).collect(Collectors.joining(", "))))))
        .toList()
        .toArray(none);
  }
}
