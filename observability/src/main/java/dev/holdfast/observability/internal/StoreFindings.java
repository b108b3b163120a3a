// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.internal;

import dev.holdfast.observability.Finding;
import dev.holdfast.observability.Finding.Kind;
import dev.holdfast.observability.Finding.Severity;
import dev.holdfast.observability.Health;
import dev.holdfast.observability.StoreReading;
import dev.holdfast.observability.StoreReading.OfProjection;
import dev.holdfast.provider.admin.ReadyWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges how a store stands. */
public final class StoreFindings {

  private static final int SHOWN = 3;

  private final List<Finding> findings = new ArrayList<>();

  private StoreFindings() {}

  /** {@return what is not as it should be} */
  public static List<Finding> of(StoreReading reading, Health.Limits limits) {
    StoreFindings found = new StoreFindings();
    found.judge(reading, limits);
    return found.findings;
  }

  private void judge(StoreReading reading, Health.Limits limits) {
    if (reading.error() != null) {
      findings.add(
          new Finding(
              Kind.STORE_UNREACHABLE,
              Severity.NOT_READY,
              "the store does not answer: " + reading.error(),
              "./holdfast check says whether it can be used from this machine. Workers go on by"
                  + " themselves when it is back."));
      return;
    }
    ReadyWork ready = reading.ready();
    if (ready != null) {
      old("messages", ready.messageAge(), limits);
      old("activities", ready.activityAge(), limits);
    }
    some(
        Kind.REDELIVERED,
        reading.redelivered(),
        "instances were delivered three times or more without a result",
        "./holdfast stuck lists them with their problems, why ID says what to do.");
    some(
        Kind.STUCK_RUNS,
        reading.stuckRuns(),
        "runs are running and nothing in the store will move them",
        "./holdfast stuck-runs lists them. Start a worker that has their engine, and recover"
            + " them.");
    reading.projections().forEach(one -> judge(one, limits));
    Duration difference = reading.clockDifference();
    if (difference != null && difference.abs().compareTo(limits.clock()) > 0) {
      warn(
          Kind.CLOCK_DIFFERENCE,
          "the clock of this machine is %s %s that of the store"
              .formatted(text(difference.abs()), difference.isNegative() ? "behind" : "before"),
          "Have both follow a time server. Holdfast goes by the store's clock; times in logs do"
              + " not.");
    }
  }

  private void old(String queue, Duration age, Health.Limits limits) {
    if (age.compareTo(limits.readyWork()) > 0) {
      warn(
          Kind.OLD_READY_WORK,
          "the oldest ready %s wait for %s, and no worker takes them".formatted(queue, text(age)),
          "./holdfast stuck says which, and what no worker serves. Where all are served, there are"
              + " too few workers.");
    }
  }

  private void judge(OfProjection projection, Health.Limits limits) {
    if (projection.lag().compareTo(limits.lag()) > 0) {
      warn(
          Kind.PROJECTION_LAG,
          "the rows of %s are %s behind the log"
              .formatted(projection.name(), text(projection.lag())),
          "./holdfast projections %s shows its shards. See whether its runner works, and whether"
                  .formatted(projection.name())
              + " it stopped at an event.");
    }
    if (projection.parked() > 0) {
      warn(
          Kind.PARKED_EVENTS,
          "%s has set aside %d %s"
              .formatted(
                  projection.name(),
                  projection.parked(),
                  projection.parked() == 1 ? "event" : "events"),
          "./holdfast parked %s lists them; mend the code, then parked %s --retry."
              .formatted(projection.name(), projection.name()));
    }
  }

  private void some(Kind kind, @Nullable List<String> ids, String text, String whatToDo) {
    if (ids != null && !ids.isEmpty()) {
      String shown = String.join(", ", ids.subList(0, Math.min(SHOWN, ids.size())));
      String more = ids.size() > SHOWN ? ", …" : "";
      warn(kind, "%d %s: %s%s".formatted(ids.size(), text, shown, more), whatToDo);
    }
  }

  private void warn(Kind kind, String text, String whatToDo) {
    findings.add(new Finding(kind, Severity.WARNING, text, whatToDo));
  }

  private static String text(Duration time) {
    return time.compareTo(Duration.ofSeconds(10)) < 0
        ? time.toMillis() + " ms"
        : time.toSeconds() + " s";
  }
}
