// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.Condition;
import dev.holdfast.graph.ForEach;
import dev.holdfast.graph.GraphProblem.Kind;
import dev.holdfast.graph.Input;
import dev.holdfast.graph.Port;
import dev.holdfast.graph.PortType;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.internal.GraphCheck.Scope;
import dev.holdfast.worker.internal.util.Texts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks one step: its type, inputs, condition and limits. */
final class StepCheck {

  private final Scope scope;
  private final StepDefinition step;
  private final String place;

  StepCheck(Scope scope, StepDefinition step) {
    this.scope = scope;
    this.step = step;
    this.place = scope.step(step);
  }

  void all() {
    Signature signature = scope.signature(step);
    if (signature == null && step.body() instanceof StepBody.Task(String type)) {
      scope.add(
          Kind.UNKNOWN_TYPE,
          place,
          "there is no step type \"%s\"; register it, or use one of %s"
              .formatted(type, scope.types().names()));
    }
    inputs(signature);
    new ReceiveCheck(scope, step).all(signature);
    after();
    if (step.when() != null) {
      condition(place + ", condition", step.when());
    }
    limits();
    if (step.body() instanceof StepBody.SubGraph) {
      subGraph();
    }
  }

  private void inputs(@Nullable Signature signature) {
    ForEach forEach = step.forEach();
    for (Map.Entry<String, Input> entry : step.inputs().entrySet()) {
      String at = place + ", input \"" + entry.getKey() + "\"";
      Port port = signature == null ? null : signature.input(entry.getKey()).orElse(null);
      if (signature != null && port == null) {
        scope.add(
            Kind.UNKNOWN_PORT,
            at,
            "the step has no such input; " + Signature.list("inputs", signature.inputs()));
      }
      input(at, entry.getValue(), port, forEach != null && forEach.input().equals(entry.getKey()));
    }
    if (signature != null) {
      for (Port port : signature.inputs()) {
        if (!port.optional() && !step.inputs().containsKey(port.name()) && !isGiven(port.name())) {
          scope.add(
              Kind.MISSING_INPUT,
              place + ", input \"" + port.name() + "\"",
              "nothing is connected to it, and the step needs it; give it a source or a value");
        }
      }
    }
    if (forEach != null && !step.inputs().containsKey(forEach.input())) {
      scope.add(
          Kind.MISSING_INPUT,
          place,
          "it is done for each element of input \"%s\", to which nothing is connected; connect a"
                  .formatted(forEach.input())
              + " list");
    }
  }

  private boolean isGiven(String input) {
    return step.trigger() != null && step.trigger().input().equals(input);
  }

  private void input(String at, Input input, @Nullable Port port, boolean each) {
    PortType type = port == null ? PortType.ANY : port.type();
    if (each) {
      type = PortType.listOf(type);
    }
    if (input.sources().isEmpty()) {
      scope.add(Kind.MISSING_INPUT, at, "its list of sources is empty; give it one");
    }
    if (each && input.ifPresent()) {
      scope.add(
          Kind.MEANINGLESS, at, "a list of which each element is done must be there; use input");
    } else if (port != null && input.ifPresent() && !port.optional()) {
      scope.add(
          Kind.ABSENT,
          at,
          "the step cannot do without it, but it is connected if present; use input, or make the"
              + " input of the step type optional");
    }
    for (Source source : input.sources()) {
      Port from = Sources.check(scope, at, source, type);
      // an input of the graph that was left open skips the step, as a skipped step does
      boolean maybeNull = from != null && from.optional() && !(source instanceof Source.GraphInput);
      if (maybeNull && (each || (port != null && !port.optional()))) {
        scope.add(
            Kind.ABSENT,
            at,
            "%s may be empty, and the step needs a value; make the input of the step type optional,"
                    .formatted(source)
                + " or connect another one");
      }
    }
  }

  private void after() {
    for (String id : step.after()) {
      if (!scope.steps().containsKey(id)) {
        scope.add(
            Kind.UNKNOWN_STEP,
            place,
            "it comes after step \"%s\", which there is not; %s"
                .formatted(id, Sources.known("steps", scope.graph().steps(), StepDefinition::id)));
      }
    }
  }

  private void condition(String at, Condition condition) {
    switch (condition) {
      case Condition.Comparison comparison -> comparison(at, comparison);
      case Condition.AllOf(List<Condition> all) -> several(at, all);
      case Condition.AnyOf(List<Condition> any) -> several(at, any);
      case Condition.Not(Condition inner) -> condition(at, inner);
    }
  }

  private void several(String at, List<Condition> conditions) {
    if (conditions.isEmpty()) {
      scope.add(Kind.MEANINGLESS, at, "it joins no conditions; give it one, or leave it out");
    }
    conditions.forEach(inner -> condition(at, inner));
  }

  private void comparison(String at, Condition.Comparison comparison) {
    Port port = Sources.exists(scope, at, comparison.source());
    int constants = comparison.constants().size();
    boolean right =
        switch (comparison.operator()) {
          case IS_PRESENT -> constants == 0;
          case IS_ONE_OF -> constants >= 1;
          case IS, IS_BELOW, IS_AT_MOST, IS_ABOVE, IS_AT_LEAST -> constants == 1;
        };
    if (!right) {
      scope.add(
          Kind.MEANINGLESS,
          at,
          "\"%s\" has %s; give it %s"
              .formatted(
                  comparison,
                  Texts.count(constants, "constant"),
                  switch (comparison.operator()) {
                    case IS_PRESENT -> "none";
                    case IS_ONE_OF -> "one or more";
                    case IS, IS_BELOW, IS_AT_MOST, IS_ABOVE, IS_AT_LEAST -> "one";
                  }));
    }
    for (Source.Constant constant : comparison.constants()) {
      constant(at, comparison, constant, port);
    }
  }

  private void constant(
      String at, Condition.Comparison comparison, Source.Constant constant, @Nullable Port port) {
    PortType type = Sources.typeOf(Jsons.read(constant.json()));
    if (constant.json().equals("null")) {
      scope.add(Kind.TYPE, at, "\"%s\" compares with null; use isPresent".formatted(comparison));
    } else if (comparison.operator().orders()
        && !type.equals(PortType.TEXT)
        && !PortType.NUMBER.takes(type)) {
      scope.add(
          Kind.TYPE,
          at,
          "\"%s\" needs an order, which only numbers and texts have; use is".formatted(comparison));
    } else if (port != null && !comparable(port.type(), type)) {
      scope.add(
          Kind.TYPE,
          at,
          "\"%s\" never holds: %s is %s, and the constant is %s; compare it with a constant of its"
                  .formatted(comparison, comparison.source(), port.type(), type)
              + " type");
    }
  }

  /** What a name stands for may be written as anything. */
  private static boolean comparable(PortType value, PortType constant) {
    boolean numbers = PortType.NUMBER.takes(value) && PortType.NUMBER.takes(constant);
    return numbers || value instanceof PortType.Named || value.takes(constant);
  }

  private void limits() {
    GraphCheck.positive(scope, place, "timeout", step.timeout());
    if (step.forEach() != null) {
      GraphCheck.atLeastOne(scope, place, "atOnce", step.forEach().atOnce());
      GraphCheck.atLeastOne(scope, place, "maxItems", step.forEach().maxItems());
    }
  }

  private void subGraph() {
    meaningless("a retry policy", !step.retry().equals(RetryPolicy.none()), "on its steps");
    meaningless("a timeout", step.timeout() != null, "on the graph itself");
    meaningless("a tag", step.tag() != null, "on its steps");
    meaningless("a session", step.session() != null, "on its steps");
  }

  private void meaningless(String what, boolean there, String where) {
    if (there) {
      scope.add(
          Kind.MEANINGLESS,
          place,
          "%s means nothing on a step that is a graph; set it %s".formatted(what, where));
    }
  }
}
