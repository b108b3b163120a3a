// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.ExecutionPruning;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code prune}. */
@Command(
    name = "prune",
    description =
        "Removes old executions of instances that live on, with their histories. The current"
            + " execution always stays.")
final class PruneCommand extends StoreCommand {

  @Parameters(arity = "0..1", paramLabel = "ID", description = "the instance")
  private @Nullable String instanceId;

  @Option(names = "--all", description = "every instance, or every one of --name")
  private boolean all;

  @Option(names = "--name", paramLabel = "NAME", description = "with --all: of this orchestration")
  private @Nullable String name;

  @Option(
      names = "--keep",
      paramLabel = "N",
      required = true,
      description = "how many of the newest executions stay, from 1")
  private int keep;

  @Option(
      names = "--ended-before",
      paramLabel = "TIME",
      description = "only executions that ended before then: 30d, 2026-01-31")
  private @Nullable String endedBefore;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "with --all: at most so many instances at once")
  private @Nullable Integer limit;

  @Mixin private final Consent consent = new Consent();

  PruneCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if ((instanceId == null) != all) {
      throw Refusal.badInput("give either the id of an instance or --all");
    }
    if (keep < 1 || (limit != null && limit < 1)) {
      throw Refusal.badInput("--keep and --limit go from 1");
    }
    if (!all && (name != null || limit != null)) {
      throw Refusal.badInput("--name and --limit go with --all only");
    }
  }

  @Override
  int run(Store store, Output output) {
    ExecutionPruning pruning = store.pruning();
    Instant before =
        endedBefore == null
            ? null
            : output.moments().read("--ended-before", endedBefore, Instant.now());
    if (!consent.isGiven()) {
      output.note(preview(store, before));
      return Consent.missing(output);
    }
    ExecutionPruning.Options options = new ExecutionPruning.Options(keep, before);
    ExecutionPruning.Counts counts =
        instanceId == null
            ? pruning.pruneBulk(new BulkFilter(Set.of(), Set.of(), name, null, limit), options)
            : pruning.prune(instanceId, options);
    if (output.isJson()) {
      output.object(
          JsonText.object()
              .put("instances", counts.instances())
              .put("executions", counts.executions())
              .put("events", counts.events()));
    } else {
      output.line(
          "removed %s with %s from %s"
              .formatted(
                  Count.of(counts.executions(), "execution"),
                  Count.of(counts.events(), "event"),
                  Count.of(counts.instances(), "instance")));
    }
    return counts.executions() == 0 ? ExitCode.NOTHING : ExitCode.OK;
  }

  private String preview(Store store, @Nullable Instant before) {
    String stay = keep == 1 ? "the newest" : "the newest " + keep;
    if (instanceId == null) {
      return "this would remove all executions but %s of %s%s"
          .formatted(
              stay,
              name == null ? "every instance" : "every instance of " + name,
              before == null ? "" : ", if they ended before " + before);
    }
    List<ExecutionDetails> executions = store.admin().executions(instanceId);
    List<ExecutionDetails> going =
        executions.subList(0, Math.max(0, executions.size() - keep)).stream()
            .filter(row -> goes(row, before))
            .toList();
    return "this would remove %,d of %s of \"%s\", with %s"
        .formatted(
            going.size(),
            Count.of(executions.size(), "execution"),
            instanceId,
            Count.of(going.stream().mapToLong(ExecutionDetails::eventCount).sum(), "event"));
  }

  private static boolean goes(ExecutionDetails row, @Nullable Instant before) {
    Instant ended = row.completedAt();
    return ended != null && (before == null || ended.isBefore(before));
  }
}
