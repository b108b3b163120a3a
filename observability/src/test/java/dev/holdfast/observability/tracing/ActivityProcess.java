// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import dev.holdfast.runtime.Holdfast;
import java.time.Duration;

/** A process that does activities until its input ends, and then prints its spans. */
final class ActivityProcess {

  private ActivityProcess() {}

  public static void main(String[] arguments) throws Exception {
    TracedHere traced = new TracedHere();
    Holdfast worker =
        Holdfast.builder(arguments[0])
            .activity(
                TracedWork.CHARGE,
                (ctx, in) -> {
                  if (in.equals("b") && ctx.attempt() == 1) {
                    throw new IllegalStateException("declined");
                  }
                  return in;
                })
            .tracing(traced.tracing)
            .start();
    traced.printWhenInputEnds(() -> worker.close(Duration.ofSeconds(10)));
  }
}
