// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.application.Application;
import dev.holdfast.cli.application.ApplicationOptions;
import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Progress;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.Rebuilt;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code rebuild}. */
@Command(
    name = "rebuild",
    description =
        "Makes the rows of a projection anew from the log, beside the live ones, and switches when"
            + " they are there; or sets single rows right. What events have caused outside is not"
            + " caused again. With --drop it removes a generation that is not live any more.",
    footer = {
      "",
      "Readers see the former rows or the new ones. The former generation stays until it is"
          + " dropped. Interrupted, another call goes on. With --key it returns 1 when"
          + " no row was wrong."
    })
final class RebuildCommand extends StoreCommand {

  @Parameters(paramLabel = "PROJECTION", description = "its name")
  private String name = "";

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "only this live row, as of its checkpoint; may be given several times")
  private List<String> keys = List.of();

  @Option(
      names = "--drop",
      paramLabel = "GENERATION",
      description = "only remove the rows of this generation, which is not live")
  private @Nullable Integer drop;

  @Mixin private final ApplicationOptions code = new ApplicationOptions();

  @Mixin private final Consent consent = new Consent();

  RebuildCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    if (drop != null && !keys.isEmpty()) {
      throw Refusal.badInput("--drop and --key are two things; give one of them");
    }
  }

  @Override
  int run(Store store, Output output) {
    try (Application application = code.open(store)) {
      Projector<?, ?> projector = application.projector(name);
      if (drop != null) {
        return drop(projector, drop, output);
      }
      return keys.isEmpty() ? rebuild(projector, output) : renew(projector, output);
    }
  }

  private int rebuild(Projector<?, ?> projector, Output output) {
    Rebuilt rebuilt;
    try (Progress progress = output.progress("pages")) {
      rebuilt =
          OwnCode.run(() ->
              projector.rebuild(any -> {
                synchronized (progress) { // shards are folded by several threads
                  progress.step();
                }
              }));
    }
    if (output.isJson()) {
      output.object(
          JsonText.object()
              .put("projection", name)
              .put("generation", rebuilt.generation())
              .put("former", rebuilt.former())
              .put("events", rebuilt.events())
              .put("millis", rebuilt.duration().toMillis()));
    } else {
      output.line(
          "generation %d of \"%s\" is live, made from %s in %,d ms; generation %d is kept"
              .formatted(
                  rebuilt.generation(),
                  name,
                  StreamRows.events(rebuilt.events()),
                  rebuilt.duration().toMillis(),
                  rebuilt.former()));
    }
    return ExitCode.OK;
  }

  private int drop(Projector<?, ?> projector, int generation, Output output) {
    int live = projector.liveGeneration();
    if (generation == live) {
      throw Refusal.badInput(
          "generation %d of \"%s\" is live; only another one can be dropped"
              .formatted(generation, name));
    }
    if (!projector.generations().contains(generation)) {
      throw Refusal.nothing("\"%s\" has no generation %d".formatted(name, generation));
    }
    if (!consent.isGiven()) {
      output.note(
          "this would remove generation %d of \"%s\"; generation %d is live"
              .formatted(generation, name, live));
      return Consent.missing(output);
    }
    long rows = OwnCode.run(() -> projector.drop(generation));
    if (output.isJson()) {
      output.object(
          JsonText.object().put("projection", name).put("dropped", generation).put("rows", rows));
    } else {
      output.line(
          "generation %d of \"%s\" is gone, with %s"
              .formatted(generation, name, Count.of(rows, "row")));
    }
    return ExitCode.OK;
  }

  private int renew(Projector<?, ?> projector, Output output) {
    int wrong = OwnCode.run(() -> projector.renew(keys.toArray(String[]::new)));
    if (output.isJson()) {
      output.object(
          JsonText.object().put("projection", name).put("keys", keys.size()).put("renewed", wrong));
    } else {
      output.line(
          wrong == 0
              ? "no row was wrong; nothing was done"
              : "set right: %s of \"%s\"".formatted(Count.of(wrong, "row"), name));
    }
    return wrong == 0 ? ExitCode.NOTHING : ExitCode.OK;
  }
}
