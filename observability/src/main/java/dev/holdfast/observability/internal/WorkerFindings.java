// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.internal;

import dev.holdfast.observability.Finding;
import dev.holdfast.observability.Finding.Kind;
import dev.holdfast.observability.Finding.Severity;
import dev.holdfast.observability.Health;
import dev.holdfast.worker.WorkerVitals;
import dev.holdfast.worker.WorkerVitals.Doing;
import dev.holdfast.worker.WorkerVitals.Loop;
import java.util.ArrayList;
import java.util.List;

/** Judges how a worker stands. */
public final class WorkerFindings {

  private static final String RESTART =
      "Start the process again; the log says what ended it. Its work comes back when its locks"
          + " end.";

  private WorkerFindings() {}

  /** {@return what is not as it should be} */
  public static List<Finding> of(WorkerVitals vitals, Health.Limits limits) {
    List<Finding> findings = new ArrayList<>();
    if (vitals.isClosed()) {
      findings.add(
          new Finding(
              Kind.WORKER_CLOSED,
              Severity.NOT_READY,
              "the worker is closed, or closes; in hand: turns %d, activities %d"
                  .formatted(vitals.turns(), vitals.activities()),
              "Nothing, where the process shuts down. Else start it again."));
      return findings;
    }
    for (Loop loop : vitals.loops()) {
      if (!loop.isAlive()) {
        findings.add(
            new Finding(
                Kind.LOOP_ENDED,
                Severity.NOT_LIVE,
                "the thread %s has ended".formatted(loop.name()),
                RESTART));
      } else if (loop.doing() == Doing.FETCHING && loop.since().compareTo(limits.loop()) > 0) {
        findings.add(
            new Finding(
                Kind.LOOP_HANGS,
                Severity.NOT_LIVE,
                "the thread %s has been in one fetch for %s".formatted(loop.name(), seconds(loop)),
                "Look at the store's connections: a time-out is missing, of the network or of the"
                    + " driver. "
                    + RESTART));
      }
    }
    vitals
        .failing()
        .forEach((call, time) ->
            findings.add(
                new Finding(
                    Kind.STORE_CALLS_FAIL,
                    Severity.NOT_READY,
                    "%s has failed for %d s".formatted(call.words(), time.toSeconds()),
                    "The log says with which error. The worker repeats the calls until they"
                        + " work; nothing is lost.")));
    return findings;
  }

  private static String seconds(Loop loop) {
    return loop.since().toSeconds() + " s";
  }
}
