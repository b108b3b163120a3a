// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Graphs of all forms: branches that come together, lists, graphs in graphs, limits, retries. */
public final class RandomGraphs {

  /** A text, and maybe another one, to a text, a flag and a number. */
  public static final StepType<?, ?> MIX =
      StepType.ports("mix")
          .input("a", PortType.TEXT)
          .optionalInput("b", PortType.TEXT)
          .output("out", PortType.TEXT)
          .output("flag", PortType.BOOLEAN)
          .output("size", PortType.INTEGER)
          .build();

  /** A text to a list. */
  public static final StepType<?, ?> LISTING =
      StepType.ports("listing")
          .input("a", PortType.TEXT)
          .output("items", PortType.listOf(PortType.TEXT))
          .build();

  /** A list to a text. */
  public static final StepType<?, ?> JOIN =
      StepType.ports("join")
          .input("values", PortType.listOf(PortType.TEXT))
          .output("out", PortType.TEXT)
          .build();

  public static final StepTypes TYPES = StepTypes.of(MIX, LISTING, JOIN);

  private final Random random;
  private final int depth;
  private final GraphBuilder graph;
  private final List<Source> texts = new ArrayList<>();
  private final List<Source> lists = new ArrayList<>();
  private final List<Condition> conditions = new ArrayList<>();
  private final List<StepBuilder> steps = new ArrayList<>();

  private RandomGraphs(Random random, int depth) {
    this.random = random;
    this.depth = depth;
    this.graph = GraphDefinition.builder("random" + depth, "" + random.nextInt(9));
  }

  /** Returns a graph with the input {@code x} and the optional input {@code y}, both texts. */
  public static GraphDefinition graph(Random random) {
    return new RandomGraphs(random, 0).build();
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private GraphDefinition build() {
    texts.add(graph.input("x", PortType.TEXT));
    Source y = graph.optionalInput("y", PortType.TEXT);
    if (oneIn(3)) {
      texts.add(y);
      conditions.add(y.isPresent());
    }
    if (oneIn(3)) {
      graph.maxParallel(1 + random.nextInt(3));
    }
    int count = 1 + random.nextInt(depth == 0 ? 9 : 4);
    for (int i = 0; i < count; i++) {
      step("s" + i);
    }
    graph.output("o", any(texts), any(texts));
    if (depth == 0) {
      for (StepBuilder step : steps.subList(Math.max(0, steps.size() - 3), steps.size())) {
        for (Source source : texts) {
          if (source instanceof Source.StepOutput(String id, String port)
              && step.out(port).equals(source)) {
            graph.output("o-" + id, source);
          }
        }
      }
      if (!lists.isEmpty()) {
        graph.output("l", any(lists));
      }
    }
    return graph.build();
  }

  private void step(String id) {
    StepBuilder step;
    switch (random.nextInt(9)) {
      case 0, 1 -> {
        step = graph.step(id, LISTING).input("a", any(texts));
        common(step, true);
        lists.add(step.out("items"));
      }
      case 2 -> {
        if (lists.isEmpty()) {
          step(id);
          return;
        }
        step = graph.step(id, JOIN).input("values", any(lists));
        common(step, true);
        texts.add(step.out("out"));
      }
      case 3, 4 -> {
        if (depth == 2) {
          step(id);
          return;
        }
        step = graph.subGraph(id, new RandomGraphs(random, depth + 1).build());
        boolean each = !lists.isEmpty() && oneIn(2);
        if (each) {
          step.forEach("x", any(lists), 1 + random.nextInt(3));
        } else {
          step.input("x", any(texts));
        }
        if (oneIn(3)) {
          step.inputIfPresent("y", any(texts));
        }
        common(step, false);
        (each ? lists : texts).add(step.out("o"));
      }
      default -> {
        step = graph.step(id, MIX);
        boolean each = !lists.isEmpty() && oneIn(3);
        if (each) {
          step.forEach("a", any(lists), 1 + random.nextInt(3));
        } else if (oneIn(3)) {
          step.input("a", any(texts), any(texts));
        } else {
          step.input("a", any(texts));
        }
        if (oneIn(3)) {
          step.inputIfPresent("b", any(texts));
        }
        common(step, true);
        (each ? lists : texts).add(step.out("out"));
        if (!each) {
          conditions.add(step.out("flag").isTrue());
          conditions.add(step.out("size").isBelow(5).or(step.out("flag").isAbsent()));
        }
      }
    }
    steps.add(step);
  }

  private void common(StepBuilder step, boolean task) {
    if (!conditions.isEmpty() && oneIn(3)) {
      Condition condition = any(conditions);
      step.when(oneIn(4) ? condition.not() : condition);
    }
    if (!steps.isEmpty() && oneIn(5)) {
      step.after(any(steps));
    }
    if (oneIn(5)) {
      step.mayFail();
    }
    if (task && oneIn(2)) {
      RetryPolicy policy = RetryPolicy.attempts(1 + random.nextInt(3));
      step.retry(oneIn(2) ? policy : policy.withFirstDelay(Duration.ZERO));
    }
  }
}
