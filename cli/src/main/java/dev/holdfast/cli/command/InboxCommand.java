// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code inbox}. */
@Command(
    name = "inbox",
    description =
        "Counts the messages in the inboxes of a run, or with --step and --port lists those of one"
            + " inbox that are pending, the lowest number first. Returns 1 when there are none.",
    footer = {
      "",
      "Locked messages are held by somebody who works on them; they are pending again when the lock"
          + " ends."
    })
final class InboxCommand extends StoreCommand {

  @Parameters(paramLabel = "RUN", description = "the run")
  private String runId = "";

  @Option(names = "--step", paramLabel = "ID", description = "only inboxes of this step")
  private @Nullable String step;

  @Option(names = "--port", paramLabel = "PORT", description = "only inboxes of this port")
  private @Nullable String port;

  @Mixin private final LimitOption limit = new LimitOption();

  InboxCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
    if ((step != null && step.isEmpty()) || (port != null && port.isEmpty())) {
      throw Refusal.badInput("--step and --port are not empty");
    }
  }

  @Override
  int run(Store store, Output output) {
    DurableInbox inbox = store.inbox();
    return step == null || port == null
        ? counts(inbox, output)
        : pending(store, inbox, new InboxKey(runId, step, port), output);
  }

  private int counts(DurableInbox inbox, Output output) {
    Table table =
        new Table("STEP", "PORT", ">PENDING", ">LOCKED", ">CONSUMED", ">BYTES", ">LAST", "OLDEST");
    boolean any = false;
    for (InboxCounts row : inbox.counts(runId)) {
      if (isAsked(row.key())) {
        any = true;
        add(table, row, output);
      }
    }
    if (!any) {
      output.note("no such inbox of \"%s\"".formatted(runId));
      return ExitCode.NOTHING;
    }
    if (!table.isEmpty()) {
      output.table(table);
    }
    return ExitCode.OK;
  }

  private boolean isAsked(InboxKey key) {
    return (step == null || key.stepId().equals(step)) && (port == null || key.port().equals(port));
  }

  private static void add(Table table, InboxCounts row, Output output) {
    if (output.isJson()) {
      output.object(InboxRows.json(row));
      return;
    }
    table.row(
        row.key().stepId(),
        row.key().port(),
        row.pending(),
        row.locked(),
        row.consumed(),
        "%,d".formatted(row.bytes()),
        row.lastSequence(),
        output.time(row.oldestPendingSince()));
  }

  private int pending(Store store, DurableInbox inbox, InboxKey key, Output output) {
    Table table = new Table(">NUMBER", "MESSAGE", "APPENDED", "PAYLOAD");
    return limit.list(
        store,
        output,
        table,
        "no pending message in %s".formatted(key),
        (most, from) -> {
          List<InboxMessage> page =
              inbox.pending(key, from == null ? 0 : Long.parseLong(from), most);
          page.forEach(message -> add(table, message, output));
          return LimitOption.Shown.ofSequence(page, most, InboxMessage::sequence);
        });
  }

  private static void add(Table table, InboxMessage message, Output output) {
    if (output.isJson()) {
      output.object(InboxRows.json(message));
      return;
    }
    table.row(
        message.sequence(),
        message.content().messageId(),
        output.time(message.appendedAt()),
        InboxRows.content(message, output));
  }
}
