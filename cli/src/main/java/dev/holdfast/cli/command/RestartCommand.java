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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code restart}. */
@Command(
    name = "restart",
    description =
        "Has an instance that has ended begin anew, with the same input. Its history stays.")
final class RestartCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  @Option(
      names = "--from-last-good",
      description =
          "go on where it failed instead: what has succeeded counts, what has failed is tried"
              + " again")
  private boolean fromLastGood;

  @Mixin private final Consent consent = new Consent();

  RestartCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    InstanceStatus status = OneInstance.find(store, instanceId);
    String state = OneInstance.state(status);
    if (!status.state().isEnded()) {
      throw Refusal.nothing(
          "\"%s\" has not ended (%s); nothing was done".formatted(instanceId, state));
    }
    if (fromLastGood
        && status.state() != InstanceState.FAILED
        && status.state() != InstanceState.TERMINATED) {
      throw Refusal.nothing(
          "\"%s\" has not failed (%s); nothing was done".formatted(instanceId, state));
    }
    if (!consent.isGiven()) {
      output.note(
          "this would have \"%s\" (%s, %s) %s"
              .formatted(
                  instanceId,
                  status.name(),
                  state,
                  fromLastGood ? "go on where it failed" : "begin anew"));
      return Consent.missing(output);
    }
    if (fromLastGood) {
      store.client().retry(instanceId);
    } else {
      store.client().restart(instanceId);
    }
    if (output.isJson()) {
      output.object(JsonText.object().put("instanceId", instanceId).put("restartRequested", true));
    } else {
      output.line(
          "\"%s\" %s"
              .formatted(instanceId, fromLastGood ? "goes on where it failed" : "begins anew"));
    }
    return ExitCode.OK;
  }
}
