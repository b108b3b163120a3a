// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import dev.holdfast.graph.Graphs;
import java.time.Duration;

/** A process that does steps until its input ends, and then prints its spans. */
final class StepProcess {

  private StepProcess() {}

  public static void main(String[] arguments) throws Exception {
    TracedHere traced = new TracedHere();
    Graphs worker =
        Graphs.builder(arguments[0])
            .step(
                TracedGraph.CHARGE,
                (step, in) -> {
                  if (step.stepId().equals("second") && step.attempt() == 1) {
                    throw new IllegalStateException("declined");
                  }
                  traced.sdk.getTracer("test").spanBuilder("call").startSpan().end();
                  return in;
                })
            .tracing(traced.tracing)
            .start();
    traced.printWhenInputEnds(() -> worker.close(Duration.ofSeconds(10)));
  }
}
