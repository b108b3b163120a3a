// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RunNotFoundException;
import dev.holdfast.graph.RunStatusException;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.streams.queue.QueueAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code cancel}. */
@Command(
    name = "cancel",
    description =
        "Asks an instance and its children to cancel. It learns of it at its next wait, in a"
            + " worker, and may undo what it has done first.")
final class CancelCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "cancelled by an operator",
      description = "why, for people (${DEFAULT-VALUE})")
  private String reason = "cancelled by an operator";

  @Mixin private final Consent consent = new Consent();

  CancelCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    InstanceStatus status = OneInstance.open(OneInstance.findAny(store, instanceId));
    String state = OneInstance.state(status);
    if (!consent.isGiven()) {
      output.note(
          "this would ask \"%s\" (%s, %s) and its children to cancel"
              .formatted(instanceId, status.name(), state));
      return Consent.missing(output);
    }
    if (status.ofOtherEngine()) {
      cancelRun(store, status);
    } else {
      store.client().cancel(instanceId, reason);
    }
    if (output.isJson()) {
      output.object(JsonText.object().put("instanceId", instanceId).put("cancelRequested", true));
    } else {
      output.line(
          "asked \"%s\" to cancel; show %s says when it has".formatted(instanceId, instanceId));
    }
    return ExitCode.OK;
  }

  /** A run of a graph is not asked: it is cancelled, and its worker stops what is under way. */
  private void cancelRun(Store store, InstanceStatus status) {
    if (QueueAdmin.isQueue(String.valueOf(status.name()))) {
      OneInstance.requireOrchestration(status);
    }
    try {
      Graphs.client(store.provider()).cancel(instanceId, reason);
    } catch (RunNotFoundException e) {
      OneInstance.requireOrchestration(status); // an engine whose instances cannot be cancelled
    } catch (RunStatusException e) {
      throw Refusal.nothing(String.valueOf(e.getMessage()));
    }
  }
}
