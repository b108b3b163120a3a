// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code resume}. */
@Command(
    name = "resume",
    description =
        "Has a suspended instance go on: a worker shows its code what has come meanwhile.")
final class ResumeCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  @Mixin private final Consent consent = new Consent();

  ResumeCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    InstanceStatus status = OneInstance.find(store, instanceId);
    String state = OneInstance.state(status);
    if (status.state() != InstanceState.SUSPENDED) {
      throw Refusal.nothing(
          "\"%s\" is not suspended (%s); nothing was done".formatted(instanceId, state));
    }
    if (!consent.isGiven()) {
      output.note(
          "this would let \"%s\" (%s, %s) go on".formatted(instanceId, status.name(), state));
      return Consent.missing(output);
    }
    store.client().resume(instanceId);
    if (output.isJson()) {
      output.object(JsonText.object().put("instanceId", instanceId).put("resumeRequested", true));
    } else {
      output.line(
          "asked \"%s\" to go on; show %s says when it does".formatted(instanceId, instanceId));
    }
    return ExitCode.OK;
  }
}
