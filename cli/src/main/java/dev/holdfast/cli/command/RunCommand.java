// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.Suspension;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code run}. */
@Command(
    name = "run",
    description =
        "Shows a run, and its graph with where each step stands. Returns 1 when there is none.")
final class RunCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the run")
  private String runId = "";

  @ArgGroup(exclusive = true)
  private @Nullable Export export;

  /** The graph for another program. */
  static final class Export {
    @Option(
        names = "--mermaid",
        description = "print the graph with the states of its steps as a Mermaid flow chart")
    private boolean mermaid;

    @Option(names = "--dot", description = "print it for Graphviz")
    private boolean dot;

    /** {@return the text in the form that was asked for; Mermaid unless it is another} */
    String of(RunPicture picture) {
      return dot && !mermaid ? picture.dot() : picture.mermaid();
    }
  }

  RunCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    StateTables tables = store.stateTables();
    Optional<Run> found = tables.run(runId);
    if (found.isEmpty()) {
      output.note("no run \"%s\"".formatted(runId));
      return ExitCode.NOTHING;
    }
    if (export != null) {
      return export(export, store, output);
    }
    Map<StepStatus, Long> steps = tables.stepCounts(runId);
    if (output.isJson()) {
      output.object(json(found.get(), steps));
    } else {
      output.table(table(found.get(), steps, output));
      RunPicture.of(store, runId, output)
          .ifPresent(picture -> {
            output.space();
            picture.draw(output);
          });
    }
    return ExitCode.OK;
  }

  private int export(Export form, Store store, Output output) {
    if (output.isJson()) {
      throw Refusal.badInput("--json, --mermaid and --dot are three forms; give one of them");
    }
    Optional<RunPicture> picture = RunPicture.of(store, runId, output);
    picture.map(form::of).ifPresent(text -> text.lines().forEach(output::line));
    return picture.isPresent() ? ExitCode.OK : ExitCode.NOTHING;
  }

  private static ObjectNode json(Run run, Map<StepStatus, Long> steps) {
    ObjectNode object = StateRows.json(run.summary());
    object.put("lastError", run.lastError());
    JsonText.put(object, "data", run.data());
    StateRows.put(object, run.suspension());
    ObjectNode counts = JsonText.object();
    steps.forEach((status, count) -> counts.put(status.label(), count));
    object.set("steps", counts);
    return object;
  }

  private static Table table(Run run, Map<StepStatus, Long> steps, Output output) {
    RunSummary summary = run.summary();
    Table table = new Table("RUN", summary.runId());
    table.row("kind", summary.kind());
    table.row("status", summary.status().label());
    table.row("version", summary.version());
    table.row("attempt", summary.attempt());
    table.row("created", output.time(summary.times().createdAt()));
    table.row("updated", output.time(summary.times().updatedAt()));
    given(table, "started", output.time(summary.times().startedAt()));
    given(table, "suspended", output.time(summary.times().suspendedAt()));
    given(table, "ended", output.time(summary.times().endedAt()));
    Suspension suspension = run.suspension();
    if (suspension != null) {
      given(table, "waited in", suspension.stepId());
      given(table, "waited for", suspension.reason());
      given(table, "state", output.payload(suspension.state()));
    }
    given(table, "last error", run.lastError());
    given(table, "data", output.payload(run.data()));
    table.row(
        "steps",
        steps.entrySet().stream()
            .filter(count -> count.getValue() > 0)
            .map(count -> count.getValue() + " " + count.getKey().label())
            .collect(Collectors.joining(", ")));
    return table;
  }

  private static void given(Table table, String what, @Nullable String text) {
    if (text != null) {
      table.row(what, text);
    }
  }
}
