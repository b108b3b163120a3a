// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.runtime.InstanceStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code terminate}. */
@Command(
    name = "terminate",
    description =
        "Ends an instance and its children at once, without running their code: nothing is undone."
            + " A turn that is under way is finished first.")
final class TerminateCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "terminated by an operator",
      description = "why, for people (${DEFAULT-VALUE})")
  private String reason = "terminated by an operator";

  @Mixin private final Consent consent = new Consent();

  TerminateCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    InstanceStatus status = OneInstance.findOpen(store, instanceId);
    String state = OneInstance.state(status);
    if (!consent.isGiven()) {
      output.note(
          "this would end \"%s\" (%s, %s) and its children without running their code"
              .formatted(instanceId, status.name(), state));
      return Consent.missing(output);
    }
    store.client().terminate(instanceId, reason);
    if (output.isJson()) {
      output.object(
          JsonText.object().put("instanceId", instanceId).put("terminateRequested", true));
    } else {
      output.line("terminated \"%s\"; show %s says so".formatted(instanceId, instanceId));
    }
    return ExitCode.OK;
  }
}
