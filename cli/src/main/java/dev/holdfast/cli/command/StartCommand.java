// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.runtime.AlreadyStartedException;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.StartResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code start}. */
@Command(
    name = "start",
    description =
        "Starts an instance. Starting it again does nothing, and returns 1. Whether a worker knows"
            + " the orchestration cannot be told here.")
final class StartCommand extends StoreCommand {

  @Parameters(index = "0", paramLabel = "NAME", description = "the orchestration's name")
  private String name = "";

  @Parameters(index = "1", paramLabel = "ID", description = "the id of the new instance")
  private String instanceId = "";

  @Parameters(
      index = "2",
      paramLabel = "JSON",
      description = "the input; null for none, - to read it from standard input")
  private String input = "";

  @Option(
      names = "--version-of-code",
      paramLabel = "VERSION",
      description = "the orchestration's version; none when not given")
  private @Nullable String version;

  StartCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    EncodedValue value =
        new EncodedValue(
            JsonArgument.read("the input", input, surroundings()), DataConverter.jackson());
    Orchestration<EncodedValue, Object> orchestration =
        Orchestration.reference(name, EncodedValue.class, Object.class);
    StartResult result;
    try {
      result =
          store
              .client()
              .start(
                  version == null ? orchestration : orchestration.version(version),
                  instanceId,
                  value);
    } catch (AlreadyStartedException e) {
      throw Refusal.nothing(String.valueOf(e.getMessage()));
    }
    if (output.isJson()) {
      output.object(
          JsonText.object()
              .put("instanceId", instanceId)
              .put("started", result.isNew())
              .put("inputDiffers", result.inputDiffers()));
    } else if (result.isNew()) {
      output.line("started %s as \"%s\"".formatted(orchestration, instanceId));
    } else {
      output.note(
          "\"%s\" was started before%s; nothing was done"
              .formatted(instanceId, result.inputDiffers() ? ", with another input" : ""));
    }
    return result.isNew() ? ExitCode.OK : ExitCode.NOTHING;
  }
}
