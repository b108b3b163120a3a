// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.GraphProblem.Kind;
import dev.holdfast.graph.Port;
import dev.holdfast.graph.PortType;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.internal.GraphCheck.Scope;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Checks where values come from. */
final class Sources {

  private Sources() {}

  /** Returns what comes from a source, or null when that is not known. */
  static @Nullable Port port(Scope scope, Source source) {
    return switch (source) {
      case Source.StepOutput(String id, String port) ->
          Optional.ofNullable(scope.steps().get(id))
              .flatMap(step -> Optional.ofNullable(scope.signature(step)))
              .flatMap(signature -> signature.output(port))
              .orElse(null);
      case Source.GraphInput(String port) -> scope.graph().input(port).orElse(null);
      case Source.Constant constant ->
          new Port("constant", typeOf(Jsons.read(constant.json())), isNull(constant));
    };
  }

  private static boolean isNull(Source.Constant constant) {
    return constant.json().equals("null");
  }

  /** Says what is wrong with a source that goes to something of a type; returns what comes. */
  static @Nullable Port check(Scope scope, String place, Source source, PortType type) {
    Port port = exists(scope, place, source);
    if (port != null && !type.takes(port.type())) {
      scope.add(
          Kind.TYPE,
          place,
          "%s is %s, and this takes %s; connect another one, or put a step between them"
              .formatted(source, port.type(), type));
    }
    return port;
  }

  /** Says it when there is no such step or port; returns what comes, if that is known. */
  static @Nullable Port exists(Scope scope, String place, Source source) {
    switch (source) {
      case Source.StepOutput(String id, String port) -> {
        StepDefinition step = scope.steps().get(id);
        if (step == null) {
          scope.add(
              Kind.UNKNOWN_STEP,
              place,
              "%s comes from step \"%s\", which there is not; %s"
                  .formatted(
                      source, id, known("steps", scope.graph().steps(), StepDefinition::id)));
          return null;
        }
        Signature signature = scope.signature(step);
        if (signature != null && signature.output(port).isEmpty()) {
          scope.add(
              Kind.UNKNOWN_PORT,
              place,
              "step \"%s\" has no output \"%s\"; %s"
                  .formatted(id, port, Signature.list("outputs", signature.outputs())));
        }
      }
      case Source.GraphInput(String port) -> {
        if (scope.graph().input(port).isEmpty()) {
          scope.add(
              Kind.UNKNOWN_PORT,
              place,
              "the graph has no input \"%s\"; %s"
                  .formatted(port, known("inputs", scope.graph().inputs(), Port::name)));
        }
      }
      case Source.Constant constant -> {}
    }
    return port(scope, source);
  }

  static <T> String known(String what, List<T> all, Function<T, String> name) {
    return all.isEmpty()
        ? "there are no " + what
        : "there "
            + (all.size() == 1 ? "is " : "are ")
            + all.stream().map(t -> "\"" + name.apply(t) + "\"").collect(Collectors.joining(", "));
  }

  /** Returns the type of a constant; that of an empty list or of mixed elements is anything. */
  static PortType typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> PortType.TEXT;
      case BOOLEAN -> PortType.BOOLEAN;
      case NUMBER -> value.isIntegralNumber() ? PortType.INTEGER : PortType.NUMBER;
      case ARRAY -> {
        List<PortType> types =
            StreamSupport.stream(value.spliterator(), false)
                .map(Sources::typeOf)
                .distinct()
                .toList();
        yield PortType.listOf(types.size() == 1 ? types.getFirst() : PortType.ANY);
      }
      default -> PortType.ANY; // an object may be a map, or what a name stands for
    };
  }
}
