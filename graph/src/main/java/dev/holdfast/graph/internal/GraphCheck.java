// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.GraphOutput;
import dev.holdfast.graph.GraphProblem;
import dev.holdfast.graph.GraphProblem.Kind;
import dev.holdfast.graph.Port;
import dev.holdfast.graph.PortType;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.StepTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds all that would keep a graph from running, in the order of its parts. */
public final class GraphCheck {

  /** The longest id of a step's row: what the store allows for an identifier. */
  static final int MAX_ROW_ID = 256;

  private static final Pattern ID = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]*");

  private final GraphDefinition graph;
  private final Scope scope;
  private final boolean deep;

  /** Where the check is, what is known there, and where problems are collected. */
  record Scope(
      GraphDefinition graph,
      StepTypes types,
      String path,
      List<GraphProblem> problems,
      Map<String, StepDefinition> steps) {

    static Scope of(
        GraphDefinition graph, StepTypes types, String path, List<GraphProblem> problems) {
      Map<String, StepDefinition> steps = new HashMap<>();
      graph.steps().forEach(step -> steps.putIfAbsent(step.id(), step));
      return new Scope(graph, types, path, problems, steps);
    }

    void add(Kind kind, String place, String message) {
      problems.add(new GraphProblem(kind, place, message));
    }

    String step(StepDefinition step) {
      return place(path + step.id());
    }

    @Nullable Signature signature(StepDefinition step) {
      return Signature.of(step, types);
    }
  }

  private GraphCheck(GraphDefinition graph, Scope scope, boolean deep) {
    this.graph = graph;
    this.scope = scope;
    this.deep = deep;
  }

  /** Checks a graph and the graphs inside it. */
  public static List<GraphProblem> of(GraphDefinition graph, StepTypes types) {
    return run(graph, types, true);
  }

  /** Checks a graph whose inner graphs were checked when they were built. */
  public static List<GraphProblem> ofBuilt(GraphDefinition graph, StepTypes types) {
    return run(graph, types, false);
  }

  private static List<GraphProblem> run(GraphDefinition graph, StepTypes types, boolean deep) {
    List<GraphProblem> problems = new ArrayList<>();
    new GraphCheck(graph, Scope.of(graph, types, "", problems), deep).all();
    return List.copyOf(problems);
  }

  /** Returns how errors name a step. */
  public static String place(String step) {
    return "step \"" + step + "\"";
  }

  /** Returns the type of what comes from a source; anything, where that is not known. */
  public static PortType typeOf(GraphDefinition graph, StepTypes types, Source source) {
    Port port = Sources.port(Scope.of(graph, types, "", new ArrayList<>()), source);
    return port == null ? PortType.ANY : port.type();
  }

  private void all() {
    names();
    limits();
    if (graph.steps().isEmpty()) {
      scope.add(Kind.MEANINGLESS, inside(), "it has no steps; add one");
    }
    for (StepDefinition step : graph.steps()) {
      new StepCheck(scope, step).all();
      if (deep && step.body() instanceof StepBody.SubGraph(GraphDefinition inner)) {
        String path = scope.path() + step.id() + "/";
        Scope innerScope = Scope.of(inner, scope.types(), path, scope.problems());
        new GraphCheck(inner, innerScope, true).all();
      }
    }
    outputs();
    OrderCheck.check(scope);
    if (scope.path().isEmpty()) {
      rowIds(graph, "", 0);
    }
  }

  private void names() {
    storeIdentifier("name", graph.name());
    storeIdentifier("version", graph.version());
    Set<String> seen = new HashSet<>();
    for (StepDefinition step : graph.steps()) {
      identifier(scope, scope.step(step), "the id", step.id());
      if (!seen.add(step.id())) {
        scope.add(
            Kind.DUPLICATE, scope.step(step), "another step has this id too; give each its own");
      }
    }
    portNames("input", graph.inputs().stream().map(Port::name).toList());
    portNames("output", graph.outputs().stream().map(GraphOutput::name).toList());
  }

  private void portNames(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      String place = inside() + (inside().isEmpty() ? "" : ", ") + what + " \"" + name + "\"";
      identifier(scope, place, "the name", name);
      if (!seen.add(name)) {
        scope.add(
            Kind.DUPLICATE, place, "another %s has this name too; rename one".formatted(what));
      }
    }
  }

  static void identifier(Scope scope, String place, String what, String value) {
    if (!ID.matcher(value).matches()) {
      scope.add(
          Kind.NAME,
          place,
          ("%s \"%s\" must begin with a letter, digit or _, and go on with these, dots and hyphens;"
                  + " rename it")
              .formatted(what, value));
    }
  }

  private void storeIdentifier(String what, String value) {
    if (value.isEmpty()
        || value.length() > MAX_ROW_ID
        || value.chars().anyMatch(Character::isISOControl)) {
      scope.add(
          Kind.NAME,
          inside(),
          "the %s must have 1 to %d characters and no control characters"
              .formatted(what, MAX_ROW_ID));
    }
  }

  private void limits() {
    positive(scope, inside(), "timeout", graph.timeout());
    atLeastOne(scope, inside(), "maxParallel", graph.maxParallel());
  }

  static void positive(Scope scope, String place, String what, @Nullable Duration limit) {
    if (limit != null && (limit.isNegative() || limit.isZero())) {
      scope.add(
          Kind.LIMIT,
          place,
          "%s is %s; make it more than nothing, or leave it out".formatted(what, limit));
    }
  }

  static void atLeastOne(Scope scope, String place, String what, @Nullable Integer limit) {
    if (limit != null && limit < 1) {
      scope.add(
          Kind.LIMIT, place, "%s is %d; make it 1 or more, or leave it out".formatted(what, limit));
    }
  }

  private void outputs() {
    for (GraphOutput output : graph.outputs()) {
      String place =
          inside() + (inside().isEmpty() ? "" : ", ") + "output \"" + output.name() + "\"";
      if (output.sources().isEmpty()) {
        scope.add(Kind.MISSING_INPUT, place, "nothing is connected to it; give it a source");
      }
      for (Source source : output.sources()) {
        Sources.check(scope, place, source, output.type());
      }
    }
  }

  /** Longest ids are those of the last elements. */
  private void rowIds(GraphDefinition of, String path, int length) {
    for (StepDefinition step : of.steps()) {
      int own = length + step.id().length();
      if (step.isEach()) {
        own += 2 + Integer.toString(Math.max(0, most(step) - 1)).length();
      }
      if (own > MAX_ROW_ID) {
        scope.add(
            Kind.NAME,
            place(path + step.id()),
            "the id of its row has up to %d characters with the ids around it, and %d are allowed;"
                    .formatted(own, MAX_ROW_ID)
                + " shorten them");
      } else if (step.body() instanceof StepBody.SubGraph(GraphDefinition inner)) {
        rowIds(inner, path + step.id() + "/", own + 1);
      }
    }
  }

  private static int most(StepDefinition step) {
    return step.forEach() != null
        ? step.forEach().maxItems()
        : step.trigger() != null ? step.trigger().maxInputs() : 1;
  }

  private String inside() {
    return scope.path().isEmpty()
        ? ""
        : place(scope.path().substring(0, scope.path().length() - 1));
  }
}
