// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.streams.projection.ProjectionAdmin;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code projections}. */
@Command(
    name = "projections",
    description =
        "Lists projections and how far they lag behind the log, or shows one: its generations and"
            + " shards, its parked events or its rows. Returns 1 when there are none.",
    footer = {
      "",
      "LAG is how long ago the oldest event was appended that is not folded in, by the store's"
          + " clock; in the list it is that of the live generation.",
      "A value that is no text is shown as its size; --json has it in Base64."
    })
final class ProjectionsCommand extends StoreCommand {

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "only this one, in detail")
  private @Nullable String name;

  @Option(names = "--parked", description = "the events that it has set aside, by position")
  private boolean parked;

  @Option(names = "--rows", description = "its rows, by key")
  private boolean rows;

  @Option(
      names = "--all",
      description = "also what the library keeps for itself, such as the phase of a migration")
  private boolean all;

  @Option(
      names = "--generation",
      paramLabel = "N",
      description = "of this generation; of the live one when not given")
  private @Nullable Integer generation;

  @Option(names = "--prefix", paramLabel = "TEXT", description = "only rows whose keys begin so")
  private @Nullable String prefix;

  @Option(names = "--after", paramLabel = "KEY", description = "only rows behind this key")
  private @Nullable String after;

  @Mixin private final LimitOption limit = new LimitOption();

  ProjectionsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    limit.check();
    if (name == null && (parked || rows)) {
      throw Refusal.badInput("--parked and --rows need the NAME of a projection");
    }
    if (parked && rows) {
      throw Refusal.badInput("--parked and --rows are two lists; give one of them");
    }
    if (name != null && all) {
      throw Refusal.badInput("--all is about the list; leave the NAME away");
    }
    if (generation != null && !parked && !rows) {
      throw Refusal.badInput("--generation goes with --parked or --rows");
    }
    if (generation != null && generation < 1) {
      throw Refusal.badInput("--generation is " + generation + "; it goes from 1");
    }
    if (!rows && (prefix != null || after != null)) {
      throw Refusal.badInput("--prefix and --after go with --rows");
    }
  }

  @Override
  int run(Store store, Output output) {
    Projections projections = store.projections();
    ProjectionLag lag = new ProjectionLag(store.eventStreams());
    if (name == null) {
      return list(store, projections, lag, output);
    }
    ProjectionInfo info =
        projections
            .projection(name)
            .orElseThrow(() ->
                Refusal.nothing(
                    "no projection \"%s\"; projections lists those there are".formatted(name)));
    int asked = generation == null ? info.live() : generation;
    if (rows) {
      return rows(store, projections, info.projection(), asked, output);
    }
    return parked
        ? parked(store, projections, info.projection(), asked, output)
        : detail(info, lag, output);
  }

  private int list(Store store, Projections projections, ProjectionLag lag, Output output) {
    List<String> names =
        projections.projections().stream()
            .filter(stored -> all || !ProjectionAdmin.isOfTheLibrary(stored))
            .toList();
    Table table = new Table("PROJECTION", ">LIVE", ">NEWEST", ">SHARDS", "LAG", ">PARKED");
    return limit.list(
        store,
        output,
        table,
        "no projection",
        (most, from) -> {
          int begin = from == null ? 0 : Integer.parseInt(from);
          int end = (int) Math.min(names.size(), (long) begin + most);
          for (String projection : names.subList(begin, end)) {
            projections.projection(projection).ifPresent(info -> add(table, info, lag, output));
          }
          return new LimitOption.Shown(
              end - begin, end == names.size() ? null : String.valueOf(end));
        });
  }

  private static void add(Table table, ProjectionInfo info, ProjectionLag lag, Output output) {
    if (output.isJson()) {
      output.object(ProjectionRows.json(info, lag));
      return;
    }
    GenerationInfo live = ProjectionRows.live(info);
    table.row(
        info.projection(),
        info.live(),
        info.newest(),
        live.shards().size(),
        lag.words(ProjectionRows.least(live)),
        live.parked());
  }

  private static int detail(ProjectionInfo info, ProjectionLag lag, Output output) {
    if (output.isJson()) {
      output.object(ProjectionRows.json(info, lag));
      return ExitCode.OK;
    }
    Table table =
        new Table(">GENERATION", "STATE", ">SHARD", "CHECKPOINT", "LAG", "UPDATED", ">PARKED");
    for (GenerationInfo build : info.generations()) {
      for (int shard = 0; shard < build.shards().size(); shard++) {
        ShardInfo row = build.shards().get(shard);
        boolean first = shard == 0;
        table.row(
            first ? build.generation() : null,
            first ? ProjectionRows.state(info, build) : null,
            shard,
            row.checkpoint(),
            lag.words(row.checkpoint()),
            output.time(row.updatedAt()),
            first ? build.parked() : null);
      }
    }
    output.table(table);
    output.note("the log ends at " + lag.head().position());
    return ExitCode.OK;
  }

  private int parked(
      Store store, Projections projections, String projection, int asked, Output output) {
    Table table = new Table("POSITION", "STREAM", ">VERSION", ">ATTEMPTS", "PARKED", "ERROR");
    return limit.list(
        store,
        output,
        table,
        "nothing is parked in generation %d of \"%s\"".formatted(asked, projection),
        (most, from) -> {
          List<ParkedEvent> page =
              projections.parked(
                  projection,
                  asked,
                  from == null ? LogPosition.START : LogPosition.parse(from),
                  most);
          page.forEach(event -> add(table, projection, asked, event, output));
          return new LimitOption.Shown(
              page.size(), page.size() < most ? null : page.getLast().position().toString());
        });
  }

  private static void add(
      Table table, String projection, int generation, ParkedEvent event, Output output) {
    if (output.isJson()) {
      output.object(ProjectionRows.json(projection, generation, event));
      return;
    }
    table.row(
        event.position(),
        event.stream(),
        event.version(),
        event.attempts(),
        output.time(event.parkedAt()),
        output.value(event.error()));
  }

  private int rows(
      Store store, Projections projections, String projection, int asked, Output output) {
    Table table = new Table("KEY", ">VERSION", "VALUE");
    return limit.list(
        store,
        output,
        table,
        "no such row in generation %d of \"%s\"".formatted(asked, projection),
        (most, from) -> {
          RowPage page =
              projections.rows(
                  new RowRead(projection, asked, prefix, from == null ? after : from, most));
          page.rows().forEach(row -> add(table, projection, asked, row, output));
          return new LimitOption.Shown(page.rows().size(), page.nextKey());
        });
  }

  private static void add(
      Table table, String projection, int generation, ProjectionRow row, Output output) {
    if (output.isJson()) {
      output.object(ProjectionRows.json(projection, generation, row));
      return;
    }
    table.row(row.key(), row.version(), output.opaque(row.value()));
  }
}
