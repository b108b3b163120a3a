// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.application.Application;
import dev.holdfast.cli.application.ApplicationOptions;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.projection.ProjectionAdmin;
import dev.holdfast.streams.projection.Projector;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code parked}. */
@Command(
    name = "parked",
    description =
        "Lists the events that projections could not handle and have set aside, tries them again,"
            + " or drops one. Returns 1 when nothing is parked, or none of it went into the rows.",
    footer = {
      "",
      "The later events of a stream are parked with the first that failed. --retry takes them in"
          + " order, each stream up to its first failure. An event that is dropped is missing in"
          + " these rows for good, in a rebuild it is tried again."
    })
final class ParkedCommand extends StoreCommand {

  @Parameters(arity = "0..1", paramLabel = "PROJECTION", description = "only of this one")
  private @Nullable String name;

  @Option(names = "--retry", description = "try what is parked again; needs --app")
  private boolean retry;

  @Option(
      names = "--drop",
      paramLabel = "POSITION",
      description = "do without the event at this position, which the list shows; needs no --app")
  private @Nullable String drop;

  @Mixin private final ApplicationOptions code = new ApplicationOptions();

  @Mixin private final Consent consent = new Consent();

  ParkedCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if (retry && drop != null) {
      throw Refusal.badInput("--retry and --drop are two things; give one of them");
    }
    if ((retry || drop != null) && name == null) {
      throw Refusal.badInput("--retry and --drop need the PROJECTION");
    }
    if (code.isGiven() && !retry) {
      throw Refusal.badInput("--app goes with --retry");
    }
    position();
  }

  private @Nullable LogPosition position() {
    try {
      return drop == null ? null : LogPosition.parse(drop);
    } catch (InvalidRequest e) {
      throw Refusal.badInput(
          "--drop is \"%s\"; give a position as the list shows it, such as 17.0".formatted(drop));
    }
  }

  @Override
  int run(Store store, Output output) {
    store.projections();
    if (retry && name != null) {
      try (Application application = code.open(store)) {
        return retry(application.projector(name), output);
      }
    }
    try (EventSourcing events = code.tenant().library(store)) {
      ProjectionAdmin admin = ProjectionAdmin.on(events);
      LogPosition position = position();
      return position == null || name == null
          ? list(admin, output)
          : drop(admin, name, position, output);
    }
  }

  private int list(ProjectionAdmin admin, Output output) {
    Table table =
        new Table("PROJECTION", "POSITION", "STREAM", ">VERSION", ">ATTEMPTS", "PARKED", "ERROR");
    boolean any = false;
    for (String projection : name == null ? admin.names() : List.of(name)) {
      for (ParkedEvent event : admin.parked(projection)) {
        any = true;
        add(table, projection, event, output);
      }
    }
    if (!any) {
      output.note(name == null ? "nothing is parked" : "\"%s\" has nothing parked".formatted(name));
      return ExitCode.NOTHING;
    }
    if (!table.isEmpty()) {
      output.table(table);
    }
    return ExitCode.OK;
  }

  private static void add(Table table, String projection, ParkedEvent event, Output output) {
    if (output.isJson()) {
      output.object(ProjectionRows.json(projection, event));
      return;
    }
    table.row(
        projection,
        event.position(),
        event.stream(),
        event.version(),
        event.attempts(),
        output.time(event.parkedAt()),
        output.value(event.error()));
  }

  private static int retry(Projector<?, ?> projector, Output output) {
    int done = OwnCode.run(projector::retry);
    int left = projector.parked().size();
    String projection = projector.projection().name();
    if (output.isJson()) {
      output.object(
          JsonText.object().put("projection", projection).put("done", done).put("parked", left));
    } else {
      output.line(
          "%s went into the rows of \"%s\", %s parked"
              .formatted(
                  StreamRows.events(done), projection, left == 1 ? "1 stays" : left + " stay"));
    }
    return done == 0 ? ExitCode.NOTHING : ExitCode.OK;
  }

  private int drop(ProjectionAdmin admin, String projection, LogPosition position, Output output) {
    if (!consent.isGiven()) {
      for (ParkedEvent event : admin.parked(projection)) {
        if (event.position().equals(position)) {
          output.note(
              "this would leave version %d of %s out of \"%s\""
                  .formatted(event.version(), event.stream(), projection));
          return Consent.missing(output);
        }
      }
      throw notParked(projection, position);
    }
    if (!admin.dropParked(projection, position)) {
      throw notParked(projection, position);
    }
    if (output.isJson()) {
      output.object(
          JsonText.object().put("projection", projection).put("dropped", position.toString()));
    } else {
      output.line(
          "dropped %s from \"%s\"; --retry goes on with later ones of its stream"
              .formatted(position, projection));
    }
    return ExitCode.OK;
  }

  private static Refusal notParked(String projection, LogPosition position) {
    return Refusal.nothing("\"%s\" has nothing parked at %s".formatted(projection, position));
  }
}
