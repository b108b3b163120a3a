// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepContext;
import dev.holdfast.graph.StepFunction;
import dev.holdfast.graph.StepType;
import dev.holdfast.graph.StreamBatch;
import dev.holdfast.graph.StreamSender;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A step that sends numbers, and one that sums what it receives. */
final class StreamGraphs {

  /** What was received so far. */
  record Sum(long count, long sum, long last) {}

  record Total(long count, long sum) {}

  record Extra(Optional<Integer> extra) {}

  static final StepType<Calc.N, Calc.N> SEND = StepType.named("send", Calc.N.class, Calc.N.class);
  static final StepType<Extra, Total> TOTAL = StepType.named("total", Extra.class, Total.class);

  private StreamGraphs() {}

  /** Numbers from 1 to n are sent, and summed. */
  static GraphDefinition pipe(int batch, int capacity) {
    GraphBuilder graph = GraphDefinition.builder("pipe", "1");
    Source n = graph.input("n", Integer.class);
    RetryPolicy again = RetryPolicy.attempts(3).withFirstDelay(Duration.ZERO);
    StepBuilder send = graph.step("send", SEND).input("n", n).retry(again);
    StepBuilder total =
        graph
            .step("total", TOTAL)
            .receive("numbers", send.stream("all"), batch, capacity)
            .retry(again);
    graph.output("count", total.out("count"));
    graph.output("sum", total.out("sum"));
    return graph.build();
  }

  /** The sender is skipped when there is nothing to send. */
  static GraphDefinition maybe() {
    GraphBuilder graph = GraphDefinition.builder("maybe", "1");
    Source n = graph.input("n", Integer.class);
    StepBuilder send = graph.step("send", SEND).input("n", n).when(n.isAbove(0));
    StepBuilder total = graph.step("total", TOTAL).receive("numbers", send.stream("all"));
    graph.output("count", total.out("count"));
    return graph.build();
  }

  /** What a test has a step do beside its work. */
  interface Hook {
    void at(StepContext context, long number) throws Exception;
  }

  static StepFunction<Calc.N, Calc.N> sending(Hook hook) {
    return (context, in) -> {
      StreamSender all = context.stream("all");
      for (int i = 1; i <= in.n(); i++) {
        all.send(i);
        hook.at(context, i);
      }
      return in;
    };
  }

  static StepFunction<Extra, Total> summing(Hook hook) {
    return (context, in) -> {
      Sum sum = context.isResumed() ? context.state(Sum.class) : new Sum(0, 0, 0);
      StreamBatch<Integer> batch = context.receive("numbers", Integer.class);
      hook.at(context, batch.messages().size());
      sum = add(sum, batch.messages());
      if (!batch.isEnd()) {
        throw context.next(sum);
      }
      return new Total(sum.count(), sum.sum());
    };
  }

  /** Refuses what does not come in order. */
  private static Sum add(Sum before, List<Integer> numbers) {
    Sum sum = before;
    for (int n : numbers) {
      if (n != sum.last() + 1) {
        throw new IllegalStateException(n + " came behind " + sum.last());
      }
      sum = new Sum(sum.count() + 1, sum.sum() + n, n);
    }
    return sum;
  }

  static Graphs.Builder register(Graphs.Builder builder, Hook sent, Hook received) {
    return builder.step(SEND, sending(sent)).step(TOTAL, summing(received));
  }
}
