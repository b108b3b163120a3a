// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.provider.state.WaitingRunPage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code triggers}. */
@Command(
    name = "triggers",
    description =
        "Lists suspended runs for which inputs wait, by id, or the inputs of a trigger step that"
            + " are not consumed, and its cursor. Returns 1 when there are none.",
    footer = {
      "",
      "A run that stays here was woken with each input: see why ID, and whether its workers run."
    })
final class TriggersCommand extends StoreCommand {

  @Parameters(index = "0", arity = "0..1", paramLabel = "RUN", description = "only this run")
  private @Nullable String runId;

  @Parameters(index = "1", arity = "0..1", paramLabel = "STEP", description = "its trigger step")
  private @Nullable String stepId;

  @Mixin private final LimitOption limit = new LimitOption();

  TriggersCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
    if (runId != null && stepId == null) {
      throw Refusal.badInput("which step of \"%s\"? give its id".formatted(runId));
    }
  }

  @Override
  int run(Store store, Output output) {
    Triggers triggers = store.triggers();
    return runId == null || stepId == null
        ? waiting(store, triggers, output)
        : inputs(store, triggers, runId, stepId, output);
  }

  private int waiting(Store store, Triggers triggers, Output output) {
    Table table = new Table("RUN", ">INPUTS", "OLDEST");
    return limit.list(
        store,
        output,
        table,
        "no suspended run has an input that waits",
        (most, from) -> {
          WaitingRunPage page = triggers.suspendedRunsWithPendingInputs(most, from);
          page.rows().forEach(run -> add(table, run, output));
          return new LimitOption.Shown(page.rows().size(), page.nextPageToken());
        });
  }

  private static void add(Table table, WaitingRun run, Output output) {
    if (output.isJson()) {
      output.object(InboxRows.json(run));
    } else {
      table.row(run.runId(), run.inputs(), output.time(run.oldestSince()));
    }
  }

  private int inputs(Store store, Triggers triggers, String run, String step, Output output) {
    Table table = new Table(">NUMBER", "INPUT", "STATUS", "APPENDED", "CURSOR", "PAYLOAD");
    int code =
        limit.list(
            store,
            output,
            table,
            "no input of \"%s\" of \"%s\" waits".formatted(step, run),
            (most, from) -> {
              List<TriggerInput> page =
                  triggers.pendingInputs(run, step, from == null ? 0 : Long.parseLong(from), most);
              page.forEach(input -> add(table, input, output));
              return LimitOption.Shown.ofSequence(page, most, input -> input.message().sequence());
            });
    triggers.cursor(run, step).ifPresent(cursor -> show(cursor, output));
    return code;
  }

  private static void show(Cursor cursor, Output output) {
    if (output.isJson()) {
      ObjectNode object = JsonText.object();
      object.set("deliveredUpTo", InboxRows.json(cursor));
      output.object(object);
    } else {
      output.note("delivered up to " + InboxRows.text(cursor));
    }
  }

  private static void add(Table table, TriggerInput input, Output output) {
    if (output.isJson()) {
      output.object(InboxRows.json(input));
      return;
    }
    InboxMessage message = input.message();
    table.row(
        message.sequence(),
        message.content().messageId(),
        message.status().label(),
        output.time(message.appendedAt()),
        InboxRows.text(input.cursor()),
        InboxRows.content(message, output));
  }
}
