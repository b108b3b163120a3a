// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Moments;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.InstanceList;
import dev.holdfast.cli.store.Store;
import dev.holdfast.console.why.Trouble;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.QueueDepths;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code stuck}. */
@Command(
    name = "stuck",
    description =
        "Lists running instances that do not move: problems that workers have reported, many"
            + " deliveries without a result, due work that no worker takes. Returns 1 when there"
            + " are none.")
final class StuckCommand extends StoreCommand {

  @Option(
      names = "--deliveries",
      paramLabel = "N",
      defaultValue = "3",
      description = "from so many deliveries without a result on (${DEFAULT-VALUE})")
  private int deliveries = 3;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "1m",
      description = "due work counts when it has lain so long (${DEFAULT-VALUE})")
  private String patience = "1m";

  @Mixin private final LimitOption limit = new LimitOption();

  @Option(
      names = "--scan",
      paramLabel = "N",
      defaultValue = "10000",
      description = "look at so many running instances, the oldest first (${DEFAULT-VALUE})")
  private long scan = 10_000;

  StuckCommand(Surroundings surroundings) {
    super(surroundings);
  }

  private record Found(InstanceSummary row, Trouble trouble) {}

  @Override
  void check() {
    limit.check();
    if (deliveries < 1 || scan < 1) {
      throw Refusal.badInput("--deliveries and --scan go from 1");
    }
    Moments.duration("--for", patience);
  }

  @Override
  int run(Store store, Output output) {
    Map<String, Found> found = new LinkedHashMap<>();
    boolean more = search(store, output, found);
    Table table = new Table("INSTANCE", "ORCHESTRATION", "UPDATED", "TROUBLE");
    for (Found one : found.values()) {
      if (output.isJson()) {
        output.object(
            Rows.summary(one.row())
                .put("trouble", one.trouble().kind().name())
                .put("text", one.trouble().text()));
      } else {
        table.row(
            one.row().instanceId(),
            Rows.code(one.row()),
            output.time(one.row().updatedAt()),
            one.trouble().text());
      }
    }
    if (!table.isEmpty()) {
      output.table(table);
      output.note("why ID says more about each, and what to do");
    }
    unlisted(store.admin(), output);
    if (more) {
      output.note(
          "there may be more: only %,d were looked at; see --scan and --limit".formatted(scan));
    }
    if (found.isEmpty()) {
      output.note("no instance is stuck");
      return ExitCode.NOTHING;
    }
    return ExitCode.OK;
  }

  private boolean search(Store store, Output output, Map<String, Found> found) {
    InstanceAdmin admin = store.admin();
    InstanceList list = new InstanceList(store);
    Instant now = Instant.now();
    boolean[] full = new boolean[1];
    try (var progress = output.progress("running instances looked at")) {
      // Those with many deliveries are found by the store, however many others there are.
      boolean more =
          list.forEach(
              InstanceFilter.builder().minAttempts(deliveries).build(),
              true,
              limit.rows(),
              row -> look(admin, row, now, found));
      return list.forEach(
              InstanceFilter.builder()
                  .statuses(ExecutionStatus.RUNNING, ExecutionStatus.CONTINUED_AS_NEW)
                  .build(),
              true,
              scan,
              row -> {
                progress.step();
                if (found.size() >= limit.rows()) {
                  full[0] = true;
                } else if (!found.containsKey(row.instanceId())) {
                  look(admin, row, now, found);
                }
              })
          || more
          || full[0];
    }
  }

  private void look(
      InstanceAdmin admin, InstanceSummary row, Instant now, Map<String, Found> found) {
    facts(admin, row.instanceId())
        .flatMap(facts -> Trouble.of(facts, deliveries, patience(), row.updatedAt(), now))
        .ifPresent(trouble -> found.put(row.instanceId(), new Found(row, trouble)));
  }

  private Duration patience() {
    return Moments.duration("--for", patience);
  }

  private static Optional<InstanceFacts> facts(InstanceAdmin admin, String id) {
    try {
      return Optional.of(admin.facts(id));
    } catch (ProviderError.NotFound e) {
      return Optional.empty(); // deleted meanwhile
    }
  }

  /** What the list of instances cannot show: starts that no worker has taken, and orphans. */
  private static void unlisted(InstanceAdmin admin, Output output) {
    QueueDepths.Buckets messages = admin.queueDepths().messages();
    if (messages.ready() > 0) {
      output.note(
          "%s ready and not taken; starts among them are of instances that are not listed yet"
              .formatted(Count.of(messages.ready(), "message is", "messages are")));
    }
    if (messages.unstarted() > 0) {
      output.note(
          "%s for instances that nobody has started"
              .formatted(Count.of(messages.unstarted(), "message waits", "messages wait")));
    }
  }
}
