// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.StepChange;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Breaks nothing, and keeps all that runs write: starts, messages, rows and tasks. */
final class WrittenPayloads extends Tampering {

  private final List<String> texts = new CopyOnWriteArrayList<>();

  List<String> texts() {
    return List.copyOf(texts);
  }

  private void add(String what, @Nullable Payload payload) {
    if (payload != null) {
      texts.add(what + " " + payload.asUtf8());
    }
  }

  private void add(OrchestratorMessage message) {
    add(message.kind(), message.body());
  }

  private void add(List<Change> changes) {
    for (Change change : changes) {
      switch (change) {
        case CreateRun run -> add("run", run.data());
        case RunChange run -> add("run", run.data());
        case StepChange step -> add("outputs", step.outputs());
        default -> {}
      }
    }
  }

  @Override
  OrchestratorMessage sent(OrchestratorMessage message) {
    add(message);
    return message;
  }

  @Override
  OrchestrationAck turn(OrchestrationAck ack) {
    add(ack.changes());
    ack.content().activities().forEach(task -> add(task.name(), task.input()));
    ack.content().messages().forEach(this::add);
    return ack;
  }

  @Override
  ActivityAck end(ActivityAck ack) {
    add(ack.changes());
    OrchestratorMessage completion = ack.completion();
    if (completion != null) {
      add(completion);
    }
    return ack;
  }
}
