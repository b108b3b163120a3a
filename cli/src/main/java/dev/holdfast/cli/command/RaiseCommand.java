// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.RaiseOptions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code raise}. */
@Command(
    name = "raise",
    description =
        "Raises an event. An instance that has ended would ignore it: then nothing is raised, and 1"
            + " is returned. So it is for an instance that was not started, unless the event is to"
            + " wait for it.")
final class RaiseCommand extends StoreCommand {

  @Parameters(index = "0", paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "the event's name")
  private String event = "";

  @Parameters(
      index = "2",
      paramLabel = "JSON",
      description = "the value; null for none, - to read it from standard input")
  private String value = "";

  @Option(
      names = "--message-id",
      paramLabel = "KEY",
      description = "raise it once, however often this is called with the same key")
  private @Nullable String messageId;

  @Option(
      names = "--wait-for-start",
      description = "let the event wait for an instance that was not started yet")
  private boolean waitForStart;

  RaiseCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    EncodedValue encoded =
        new EncodedValue(
            JsonArgument.read("the value", value, surroundings()), DataConverter.jackson());
    InstanceState before = OneInstance.status(store, instanceId).state();
    if (before.isEnded()) {
      throw Refusal.nothing(
          "\"%s\" has ended (%s) and would ignore the event; nothing was done"
              .formatted(instanceId, before.name().toLowerCase(Locale.ROOT)));
    }
    if (before == InstanceState.NOT_FOUND && !waitForStart) {
      throw Refusal.nothing(
          "no instance \"%s\"; nothing was done (--wait-for-start has the event wait for it)"
              .formatted(instanceId));
    }
    store.client().raise(instanceId, event, encoded, new RaiseOptions(messageId, waitForStart));
    boolean waits = before == InstanceState.NOT_FOUND;
    if (output.isJson()) {
      output.object(
          JsonText.object()
              .put("instanceId", instanceId)
              .put("event", event)
              .put("waitsForStart", waits));
    } else {
      output.line(
          "raised \"%s\" for \"%s\"%s"
              .formatted(
                  event,
                  instanceId,
                  waits ? ", which nobody has started yet: it receives it when it starts" : ""));
    }
    return ExitCode.OK;
  }
}
