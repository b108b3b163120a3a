// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.GraphProblem.Kind;
import dev.holdfast.graph.Port;
import dev.holdfast.graph.PortType;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.StreamInput;
import dev.holdfast.graph.StreamSource;
import dev.holdfast.graph.Trigger;
import dev.holdfast.graph.internal.GraphCheck.Scope;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what a step takes from its inbox: inputs from outside, and streams. */
final class ReceiveCheck {

  /** The most messages that are consumed in one commit, beside what else is in it. */
  private static final int MAX_BATCH = 500;

  private final Scope scope;
  private final StepDefinition step;
  private final String place;

  ReceiveCheck(Scope scope, StepDefinition step) {
    this.scope = scope;
    this.step = step;
    this.place = scope.step(step);
  }

  void all(@Nullable Signature signature) {
    if (step.trigger() != null) {
      trigger(step.trigger(), signature);
    }
    step.receives().forEach(this::stream);
    int together = step.receives().values().stream().mapToInt(StreamInput::batch).sum();
    if (together > MAX_BATCH) {
      scope.add(
          Kind.LIMIT,
          place,
          "its batches have %d messages together; make it %d or less"
              .formatted(together, MAX_BATCH));
    }
    Integer maxParallel = scope.graph().maxParallel();
    if (!step.receives().isEmpty() && maxParallel != null && maxParallel < 2) {
      scope.add(
          Kind.LIMIT,
          place,
          "it receives a stream while the sender is being done, and maxParallel is %d; make it 2 or"
                  .formatted(maxParallel)
              + " more");
    }
  }

  private void trigger(Trigger trigger, @Nullable Signature signature) {
    String at = place + ", trigger";
    if (step.forEach() != null) {
      scope.add(
          Kind.MEANINGLESS,
          at,
          "it is done for each input from outside, and for each element of a list; put one of them"
              + " into a graph of its own");
    }
    if (step.inputs().containsKey(trigger.input())) {
      scope.add(
          Kind.DUPLICATE,
          at,
          "input \"%s\" gets what comes from outside, and is connected as well; take that out"
              .formatted(trigger.input()));
    }
    Port port = signature == null ? null : signature.input(trigger.input()).orElse(null);
    if (signature != null && port == null) {
      scope.add(
          Kind.UNKNOWN_PORT,
          at,
          "the step has no input \"%s\"; %s"
              .formatted(trigger.input(), Signature.list("inputs", signature.inputs())));
    }
    if (port != null && trigger.every() != null && !port.type().takes(PortType.TEXT)) {
      scope.add(
          Kind.TYPE,
          at,
          "input \"%s\" is %s, and gets times as texts from the clock; make it text"
              .formatted(trigger.input(), port.type()));
    }
    GraphCheck.atLeastOne(scope, at, "atOnce", trigger.atOnce());
    GraphCheck.atLeastOne(scope, at, "maxInputs", trigger.maxInputs());
    GraphCheck.positive(scope, at, "inactiveAfter", trigger.inactiveAfter());
    GraphCheck.positive(scope, at, "every", trigger.every());
  }

  private void stream(String port, StreamInput input) {
    String at = place + ", stream \"" + port + "\"";
    GraphCheck.identifier(scope, at, "the name", port);
    GraphCheck.identifier(scope, at, "the name", input.from().stream());
    GraphCheck.atLeastOne(scope, at, "batch", input.batch());
    GraphCheck.atLeastOne(scope, at, "capacity", input.capacity());
    if (port.equals("trigger")) {
      scope.add(Kind.NAME, at, "inputs from outside come under this name; rename it");
    }
    if (!sends(step)) {
      scope.add(
          Kind.MEANINGLESS,
          at,
          "a step that is a graph, or is done several times, receives no stream; put a step for it"
              + " beside it");
    }
    StreamSource from = input.from();
    StepDefinition sender = scope.steps().get(from.step());
    if (sender == null) {
      scope.add(
          Kind.UNKNOWN_STEP,
          at,
          "%s comes from step \"%s\", which there is not; %s"
              .formatted(
                  from,
                  from.step(),
                  Sources.known("steps", scope.graph().steps(), StepDefinition::id)));
    } else if (!sends(sender)) {
      scope.add(
          Kind.MEANINGLESS,
          at,
          "step \"%s\" is a graph, or is done several times, and sends no stream; send from a step"
                  .formatted(from.step())
              + " for it beside it");
    } else if (waitsFor(from.step())) {
      scope.add(
          Kind.CYCLE,
          at,
          "the step waits for the end of step \"%s\", and receives what that sends before; take"
                  .formatted(from.step())
              + " one of the two out");
    }
  }

  private static boolean sends(StepDefinition step) {
    return step.body() instanceof StepBody.Task && !step.isEach();
  }

  /** Whether the step begins only when another one has ended, or is that one. */
  private boolean waitsFor(String other) {
    Set<String> seen = new HashSet<>();
    ArrayDeque<String> left = new ArrayDeque<>();
    left.add(step.id());
    while (!left.isEmpty()) {
      String id = left.remove();
      if (id.equals(other)) {
        return true;
      }
      StepDefinition at = scope.steps().get(id);
      if (at != null && seen.add(id)) {
        left.addAll(at.predecessors());
      }
    }
    return false;
  }
}
