// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepContext;
import dev.holdfast.graph.StepType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Steps that count, and graphs of them. What they did is in {@link #done}. */
final class Calc {

  record N(int n) {}

  record Ns(List<Optional<Integer>> ns) {}

  record Pair(Optional<Integer> a, Optional<Integer> b) {}

  record ListOut(List<Integer> ns) {}

  static final StepType<N, N> ADD = StepType.named("add", N.class, N.class);
  static final StepType<N, N> DOUBLE = StepType.named("double", N.class, N.class);
  static final StepType<N, ListOut> RANGE = StepType.named("range", N.class, ListOut.class);
  static final StepType<Ns, N> SUM = StepType.named("sum", Ns.class, N.class);
  static final StepType<Pair, N> JOIN = StepType.named("join", Pair.class, N.class);

  /** What a test says a step is to do before it counts: throw, wait, suspend. */
  interface Hook {
    void before(StepContext context) throws Exception;
  }

  /** Each execution of code: run, step and attempt. */
  final Queue<String> done = new ConcurrentLinkedQueue<>();

  /** What each step does first. */
  Hook all = context -> {};

  final Map<String, Hook> hooks = new ConcurrentHashMap<>();

  /** Has a step do something before it counts. */
  Calc on(String stepId, Hook hook) {
    hooks.put(stepId, hook);
    return this;
  }

  private void happened(StepContext context) throws Exception {
    done.add(context.runId() + " " + context.stepId() + " " + context.attempt());
    all.before(context);
    Hook hook = hooks.get(context.stepId());
    if (hook != null) {
      hook.before(context);
    }
  }

  /** How often the code of a step of a run was executed. */
  long times(String runId, String stepId) {
    return done.stream().filter(one -> one.startsWith(runId + " " + stepId + " ")).count();
  }

  Graphs.Builder register(Graphs.Builder builder) {
    return builder
        .step(
            ADD,
            (context, in) -> {
              happened(context);
              return new N(in.n() + 1);
            })
        .step(
            DOUBLE,
            (context, in) -> {
              happened(context);
              return new N(in.n() * 2);
            })
        .step(
            RANGE,
            (context, in) -> {
              happened(context);
              return new ListOut(java.util.stream.IntStream.range(0, in.n()).boxed().toList());
            })
        .step(
            SUM,
            (context, in) -> {
              happened(context);
              return new N(in.ns().stream().mapToInt(n -> n.orElse(0)).sum());
            })
        .step(
            JOIN,
            (context, in) -> {
              happened(context);
              return new N(in.a().orElse(0) * 1_000 + in.b().orElse(0));
            });
  }

  /** add, then double, then add: 2n + 3. */
  static final GraphDefinition LINE = line("line", 3);

  /** Adds in a chain of steps. */
  static GraphDefinition line(String name, int length) {
    GraphBuilder graph = GraphDefinition.builder(name, "1");
    Source n = graph.input("n", Integer.class);
    for (int i = 0; i < length; i++) {
      n = graph.step("s" + i, i == 1 ? DOUBLE : ADD).input("n", n).out("n");
    }
    graph.output("n", n);
    return graph.build();
  }

  /** Two steps beside each other, joined; each with a retry. */
  static final GraphDefinition FORK = fork(RetryPolicy.none(), null);

  static GraphDefinition fork(
      RetryPolicy retry, @org.jspecify.annotations.Nullable Duration limit) {
    GraphBuilder graph = GraphDefinition.builder("fork", "1");
    Source n = graph.input("n", Integer.class);
    StepBuilder first = graph.step("first", ADD).input("n", n);
    StepBuilder left = graph.step("left", ADD).input("n", first.out("n")).retry(retry);
    if (limit != null) {
      left.timeout(limit);
    }
    StepBuilder right = graph.step("right", DOUBLE).input("n", first.out("n"));
    StepBuilder join =
        graph
            .step("join", JOIN)
            .inputIfPresent("a", left.out("n"))
            .inputIfPresent("b", right.out("n"));
    graph.output("n", join.out("n"));
    return graph.build();
  }

  /** Small ones are doubled, great ones are counted up; and what was skipped is absent. */
  static final GraphDefinition BRANCH = branch();

  private static GraphDefinition branch() {
    GraphBuilder graph = GraphDefinition.builder("branch", "1");
    Source n = graph.input("n", Integer.class);
    StepBuilder small = graph.step("small", DOUBLE).input("n", n).when(n.isBelow(10));
    StepBuilder great = graph.step("great", ADD).input("n", n).when(n.isBelow(10).not());
    StepBuilder afterGreat = graph.step("after-great", ADD).input("n", great.out("n"));
    StepBuilder end = graph.step("end", ADD).input("n", small.out("n"), afterGreat.out("n"));
    graph.output("n", end.out("n"));
    return graph.build();
  }

  /** A list is made, and for each element a graph of two steps is done; the results are summed. */
  static final GraphDefinition FAN = fan();

  private static GraphDefinition fan() {
    GraphBuilder inner = GraphDefinition.builder("element", "1");
    Source e = inner.input("e", Integer.class);
    StepBuilder up = inner.step("up", ADD).input("n", e);
    StepBuilder twice = inner.step("twice", DOUBLE).input("n", up.out("n"));
    inner.output("e", twice.out("n"));
    GraphDefinition element = inner.build();

    GraphBuilder graph = GraphDefinition.builder("fan", "1");
    Source n = graph.input("n", Integer.class);
    StepBuilder range = graph.step("range", RANGE).input("n", n);
    StepBuilder each = graph.subGraph("each", element).forEach("e", range.out("ns"), 4);
    StepBuilder sum = graph.step("sum", SUM).input("ns", each.out("e"));
    graph.output("n", sum.out("n"));
    return graph.build();
  }

  /** A list is made, and a step is done for each element, all at once; the results are summed. */
  static final GraphDefinition WIDE = wide();

  private static GraphDefinition wide() {
    GraphBuilder graph = GraphDefinition.builder("wide", "1");
    Source n = graph.input("n", Integer.class);
    StepBuilder range = graph.step("range", RANGE).input("n", n);
    StepBuilder each = graph.step("each", ADD).forEach("n", range.out("ns"), 10_000);
    StepBuilder sum = graph.step("sum", SUM).input("ns", each.out("n"));
    graph.output("n", sum.out("n"));
    return graph.build();
  }
}
