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

/** The command {@code suspend}. */
@Command(
    name = "suspend",
    description =
        "Suspends an instance: none of its code runs until it is resumed. What comes meanwhile is"
            + " kept; activities and children that it has started go on.")
final class SuspendCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "suspended by an operator",
      description = "why, for people (${DEFAULT-VALUE})")
  private String reason = "suspended by an operator";

  @Mixin private final Consent consent = new Consent();

  SuspendCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    InstanceStatus status = OneInstance.findOpen(store, instanceId);
    String state = OneInstance.state(status);
    if (!consent.isGiven()) {
      output.note("this would suspend \"%s\" (%s, %s)".formatted(instanceId, status.name(), state));
      return Consent.missing(output);
    }
    store.client().suspend(instanceId, reason);
    if (output.isJson()) {
      output.object(JsonText.object().put("instanceId", instanceId).put("suspendRequested", true));
    } else {
      output.line("suspended \"%s\"; resume %s lets it go on".formatted(instanceId, instanceId));
    }
    return ExitCode.OK;
  }
}
