// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.application.Application;
import dev.holdfast.cli.application.ApplicationOptions;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Moments;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.projection.ProjectionAdmin;
import dev.holdfast.streams.projection.ProjectionBacklog;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code lag}. */
@Command(
    name = "lag",
    description =
        "Shows how far the live rows of projections are behind the log: in events, and in time by"
            + " the store's clock. Returns 1 when there are no projections.",
    footer = {
      "",
      "Which events a projection is about is known to its code alone. With --app its own are"
          + " counted; without, all events behind its checkpoint, and rows that are stored with the"
          + " appends seem to be behind all of them."
    })
final class LagCommand extends StoreCommand {

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "only these projections")
  private List<String> names = List.of();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "10000",
      description = "count no more events than this, each of which is read (${DEFAULT-VALUE})")
  private long count = 10_000;

  @Mixin private final ApplicationOptions code = new ApplicationOptions();

  LagCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if (count < 1) {
      throw Refusal.badInput("--count is " + count + "; it goes from 1");
    }
  }

  /** Counts what one projection has not folded in. */
  @FunctionalInterface
  private interface Counting {
    ProjectionBacklog backlog(String projection, long atMost);
  }

  @Override
  int run(Store store, Output output) {
    store.projections();
    if (code.isGiven()) {
      try (Application application = code.open(store)) {
        List<String> all =
            application.projectors().stream().map(one -> one.projection().name()).toList();
        return show(all, (name, most) -> application.projector(name).backlog(most), output);
      }
    }
    try (EventSourcing events = code.tenant().library(store)) {
      ProjectionAdmin admin = ProjectionAdmin.on(events);
      return show(admin.names(), admin::backlog, output);
    }
  }

  private int show(List<String> all, Counting counting, Output output) {
    List<String> wanted = names.isEmpty() ? all : names;
    if (wanted.isEmpty()) {
      output.note("no projection");
      return ExitCode.NOTHING;
    }
    Table table = new Table("PROJECTION", "CHECKPOINT", "HEAD", ">EVENTS", "AGE");
    wanted.forEach(name -> add(table, name, counting.backlog(name, count), output));
    if (!table.isEmpty()) {
      output.table(table);
    }
    return ExitCode.OK;
  }

  private static void add(Table table, String name, ProjectionBacklog backlog, Output output) {
    if (output.isJson()) {
      output.object(
          JsonText.object()
              .put("projection", name)
              .put("checkpoint", backlog.lag().checkpoint().toString())
              .put("head", backlog.lag().head().toString())
              .put("events", backlog.events())
              .put("isAll", backlog.isAll())
              .put("ageMillis", backlog.lag().age().toMillis()));
      return;
    }
    table.row(
        name,
        backlog.lag().checkpoint(),
        backlog.lag().head(),
        "%,d%s".formatted(backlog.events(), backlog.isAll() ? "" : "+"),
        backlog.events() == 0 ? "none" : Moments.rough(backlog.lag().age()));
  }
}
