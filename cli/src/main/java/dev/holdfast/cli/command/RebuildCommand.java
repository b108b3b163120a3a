// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.application.Application;
import dev.holdfast.cli.application.ApplicationOptions;
import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Progress;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.Rebuilt;
import java.util.List;
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
            + " caused again.",
    footer = {
      "",
      "Readers see the former rows or the new ones. The former generation stays until the"
          + " application drops it. Interrupted, another call goes on. With --key it returns 1 when"
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

  @Mixin private final ApplicationOptions code = new ApplicationOptions();

  RebuildCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    try (Application application = code.open(store)) {
      Projector<?, ?> projector = application.projector(name);
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
