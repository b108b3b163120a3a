// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Statuses;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.TreeMember;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code tree}. */
@Command(name = "tree", description = "Shows an instance with its children, and theirs.")
final class TreeCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the instance at the top")
  private String instanceId = "";

  TreeCommand(Surroundings surroundings) {
    super(surroundings);
  }

  /**
   * A member that is still to be shown: its id, and what stands in front of it and its children.
   */
  private record Branch(String id, int depth, String before, String below) {}

  @Override
  int run(Store store, Output output) {
    InstanceAdmin admin = store.admin();
    Map<String, List<String>> children = new HashMap<>();
    for (TreeMember member : admin.tree(instanceId)) {
      if (member.parentInstanceId() != null && !member.instanceId().equals(instanceId)) {
        children
            .computeIfAbsent(member.parentInstanceId(), parent -> new ArrayList<>())
            .add(member.instanceId());
      }
    }
    Table table = new Table("INSTANCE", "ORCHESTRATION", "STATUS", "UPDATED");
    Deque<Branch> open = new ArrayDeque<>(List.of(new Branch(instanceId, 0, "", "")));
    try (var progress = output.progress("instances")) {
      while (!open.isEmpty()) {
        Branch branch = open.pop();
        progress.step();
        show(admin, branch, table, output);
        List<String> below = children.getOrDefault(branch.id(), List.of());
        for (int i = below.size() - 1; i >= 0; i--) {
          boolean last = i == below.size() - 1;
          open.push(
              new Branch(
                  below.get(i),
                  branch.depth() + 1,
                  branch.below() + (last ? "└─ " : "├─ "),
                  branch.below() + (last ? "   " : "│  ")));
        }
      }
    }
    if (!output.isJson()) {
      output.table(table);
    }
    return ExitCode.OK;
  }

  private static void show(InstanceAdmin admin, Branch branch, Table table, Output output) {
    Optional<InstanceSummary> found = summary(admin, branch.id());
    if (output.isJson()) {
      ObjectNode object =
          found
              .map(Rows::summary)
              .orElseGet(() -> JsonText.object().put("instanceId", branch.id()));
      output.object(object.put("depth", branch.depth()));
      return;
    }
    String name = branch.before() + branch.id();
    if (found.isEmpty()) {
      table.row(name, "(deleted meanwhile)", null, null);
      return;
    }
    InstanceSummary row = found.get();
    table.row(name, Rows.code(row), Statuses.painted(row.status()), output.time(row.updatedAt()));
  }

  private static Optional<InstanceSummary> summary(InstanceAdmin admin, String id) {
    try {
      return Optional.of(admin.instance(id).summary());
    } catch (ProviderError.NotFound e) {
      return Optional.empty();
    }
  }
}
