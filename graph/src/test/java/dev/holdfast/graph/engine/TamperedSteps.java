// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.Condition;
import dev.holdfast.graph.ForEach;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Steps of definitions, changed. */
final class TamperedSteps {

  private TamperedSteps() {}

  static GraphDefinition all(GraphDefinition graph, UnaryOperator<StepDefinition> how) {
    return new GraphDefinition(
        graph.name(),
        graph.version(),
        graph.inputs(),
        graph.steps().stream().map(step -> how.apply(inside(step, how))).toList(),
        graph.outputs(),
        graph.timeout(),
        graph.maxParallel());
  }

  private static StepDefinition inside(StepDefinition step, UnaryOperator<StepDefinition> how) {
    return step.body() instanceof StepBody.SubGraph(GraphDefinition inner)
        ? new StepDefinition(
            step.id(),
            new StepBody.SubGraph(all(inner, how)),
            step.inputs(),
            step.after(),
            step.when(),
            step.forEach(),
            step.retry(),
            step.timeout(),
            step.mayFail(),
            step.tag(),
            step.session())
        : step;
  }

  static UnaryOperator<StepDefinition> when(Function<StepDefinition, @Nullable Condition> how) {
    return step ->
        new StepDefinition(
            step.id(),
            step.body(),
            step.inputs(),
            step.after(),
            how.apply(step),
            step.forEach(),
            step.retry(),
            step.timeout(),
            step.mayFail(),
            step.tag(),
            step.session());
  }

  static UnaryOperator<StepDefinition> forEach(UnaryOperator<ForEach> how) {
    return step ->
        new StepDefinition(
            step.id(),
            step.body(),
            step.inputs(),
            step.after(),
            step.when(),
            step.forEach() == null ? null : how.apply(step.forEach()),
            step.retry(),
            step.timeout(),
            step.mayFail(),
            step.tag(),
            step.session());
  }

  static UnaryOperator<StepDefinition> withoutTimeout() {
    return step ->
        new StepDefinition(
            step.id(),
            step.body(),
            step.inputs(),
            step.after(),
            step.when(),
            step.forEach(),
            step.retry(),
            null,
            step.mayFail(),
            step.tag(),
            step.session());
  }

  static UnaryOperator<StepDefinition> mayFail() {
    return step ->
        new StepDefinition(
            step.id(),
            step.body(),
            step.inputs(),
            step.after(),
            step.when(),
            step.forEach(),
            step.retry(),
            step.timeout(),
            true,
            step.tag(),
            step.session());
  }

  static UnaryOperator<StepDefinition> attempts(int more) {
    return step -> {
      RetryPolicy policy = step.retry();
      return policy.maxAttempts() == 1
          ? step
          : new StepDefinition(
              step.id(),
              step.body(),
              step.inputs(),
              step.after(),
              step.when(),
              step.forEach(),
              new RetryPolicy(
                  policy.maxAttempts() + more,
                  policy.firstDelay(),
                  policy.backoffFactor(),
                  policy.maxDelay(),
                  policy.onlyErrors(),
                  policy.nonRetryableErrors()),
              step.timeout(),
              step.mayFail(),
              step.tag(),
              step.session());
    };
  }
}
