// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Statuses;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.StoreMetrics;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code queues}. */
@Command(
    name = "queues",
    description = "Shows how much is queued, in which state, and counts the store.",
    footer = {
      "",
      "ready: nothing keeps it, a worker may take it. locked: a worker has it.",
      "delayed: not due yet, such as timers. unstarted: messages whose start has not come."
    })
final class QueuesCommand extends StoreCommand {

  QueuesCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    InstanceAdmin admin = store.admin();
    QueueDepths depths = admin.queueDepths();
    StoreMetrics metrics = admin.metrics();
    if (output.isJson()) {
      output.object(object(depths, metrics));
    } else {
      print(depths, metrics, output);
    }
    return ExitCode.OK;
  }

  private static void print(QueueDepths depths, StoreMetrics metrics, Output output) {
    Table queues = new Table("QUEUE", ">READY", ">LOCKED", ">DELAYED", ">UNSTARTED", ">TOTAL");
    row(queues, "messages", depths.messages());
    row(queues, "activities", depths.activities());
    new TreeMap<>(depths.activitiesByTag())
        .forEach((tag, buckets) -> row(queues, "  tag " + tag, buckets));
    output.table(queues);
    if (depths.activitiesInForeignSessions() > 0) {
      output.line(
          "In sessions that some worker holds: "
              + Count.of(depths.activitiesInForeignSessions(), "activity", "activities"));
    }
    output.space();
    Table counts = new Table("INSTANCES", ">COUNT");
    for (ExecutionStatus status : ExecutionStatus.values()) {
      counts.row(Statuses.painted(status), metrics.instancesByStatus().getOrDefault(status, 0L));
    }
    counts.row("all", metrics.instances());
    output.table(counts);
    output.space();
    output.line(
        Count.of(metrics.executions(), "execution") + ", " + Count.of(metrics.events(), "event"));
  }

  private static void row(Table table, String name, QueueDepths.Buckets buckets) {
    table.row(
        name,
        buckets.ready(),
        buckets.locked(),
        buckets.delayed(),
        buckets.unstarted(),
        buckets.total());
  }

  private static ObjectNode object(QueueDepths depths, StoreMetrics metrics) {
    ObjectNode object = JsonText.object();
    object.set("messages", buckets(depths.messages()));
    object.set("activities", buckets(depths.activities()));
    ObjectNode tags = object.putObject("activitiesByTag");
    new TreeMap<>(depths.activitiesByTag()).forEach((tag, row) -> tags.set(tag, buckets(row)));
    object
        .put("activitiesInForeignSessions", depths.activitiesInForeignSessions())
        .put("instances", metrics.instances())
        .put("executions", metrics.executions())
        .put("events", metrics.events());
    ObjectNode statuses = object.putObject("instancesByStatus");
    for (ExecutionStatus status : ExecutionStatus.values()) {
      statuses.put(
          Statuses.word(status), metrics.instancesByStatus().getOrDefault(status, 0L).longValue());
    }
    return object;
  }

  private static ObjectNode buckets(QueueDepths.Buckets buckets) {
    return JsonText.object()
        .put("ready", buckets.ready())
        .put("locked", buckets.locked())
        .put("delayed", buckets.delayed())
        .put("unstarted", buckets.unstarted())
        .put("total", buckets.total());
  }
}
