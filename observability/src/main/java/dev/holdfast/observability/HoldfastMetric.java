// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import io.micrometer.core.instrument.Meter;
import java.util.List;

/**
 * The metrics, with the names that Micrometer has for them. The guide has the same as a table, with
 * the names in Prometheus.
 */
public enum HoldfastMetric {
  /** How long turns took. */
  TURN_DURATION(
      "holdfast.turn.duration",
      Meter.Type.TIMER,
      "how long turns took, from delivery to ack",
      "orchestration",
      "outcome",
      "arrival"),
  /** How long ready instances waited. */
  TURN_WAIT(
      "holdfast.turn.wait",
      Meter.Type.TIMER,
      "the wake-up delay: how long the first message of a turn could have been delivered before it"
          + " was",
      "orchestration"),
  /** How long activities took. */
  ACTIVITY_DURATION(
      "holdfast.activity.duration",
      Meter.Type.TIMER,
      "how long activities took, from delivery to ack; the outcome failed is one attempt that"
          + " failed",
      "activity",
      "outcome"),
  /** Attempts after the first. */
  ACTIVITY_RETRIES(
      "holdfast.activity.retries",
      Meter.Type.COUNTER,
      "attempts of activities that were not the first, by retry policy",
      "activity"),
  /** What was delivered. */
  DELIVERIES(
      "holdfast.deliveries",
      Meter.Type.COUNTER,
      "deliveries of turns and activities; eager ones were brought along by a call of this worker,"
          + " ahead ones were computed before their message was stored",
      "kind",
      "arrival"),
  /** What was delivered again. */
  REDELIVERIES(
      "holdfast.redeliveries",
      Meter.Type.COUNTER,
      "deliveries of what had been delivered before without a result",
      "kind"),
  /** Lost locks. */
  LOCK_LOSSES(
      "holdfast.lock.losses",
      Meter.Type.COUNTER,
      "work whose lock was lost meanwhile: cancelled, or taken over because it was not renewed in"
          + " time",
      "kind"),
  /** What is being done. */
  ACTIVE(
      "holdfast.active", Meter.Type.GAUGE, "turns and activities that are being processed", "kind"),
  /** Ended executions. */
  EXECUTIONS_ENDED(
      "holdfast.executions.ended",
      Meter.Type.COUNTER,
      "executions that ended here",
      "orchestration",
      "status"),
  /** From where executions went on. */
  EXECUTIONS_RESUMED(
      "holdfast.executions.resumed",
      Meter.Type.COUNTER,
      "turns of executions that went on from memory, or were replayed from history",
      "source"),
  /** Turns ahead that were not used. */
  TURNS_AHEAD_UNUSED(
      "holdfast.turns.ahead.unused",
      Meter.Type.COUNTER,
      "turns that were computed ahead, and that the store did not use"),
  /** What fetches bring. */
  FETCH_ITEMS(
      "holdfast.fetch.items",
      Meter.Type.DISTRIBUTION_SUMMARY,
      "how many items a fetch brought; most bring none where nothing is to be done",
      "kind"),
  /** Failed calls. */
  STORE_ERRORS(
      "holdfast.store.errors",
      Meter.Type.COUNTER,
      "calls to the store that failed and are repeated",
      "call",
      "error"),
  /** Whether the store answers. */
  STORE_REACHABLE(
      "holdfast.store.reachable", Meter.Type.GAUGE, "1 while the store answers, 0 while it fails"),
  /** How full the queues are. */
  QUEUE_DEPTH(
      "holdfast.queue.depth",
      Meter.Type.GAUGE,
      "rows of a queue by what keeps them: ready, locked, delayed, unstarted",
      "queue",
      "state"),
  /** The oldest ready work. */
  QUEUE_OLDEST_READY(
      "holdfast.queue.oldest.ready",
      Meter.Type.GAUGE,
      "how long the oldest ready work of a queue has waited for a worker; 0 when none is ready",
      "queue"),
  /** Instances by status. */
  INSTANCES(
      "holdfast.instances",
      Meter.Type.GAUGE,
      "instances in the store, by the status of their current execution",
      "status"),
  /** Instances that are delivered again and again. */
  INSTANCES_REDELIVERED(
      "holdfast.instances.redelivered",
      Meter.Type.GAUGE,
      "instances that were delivered three times or more without a result, as far as one page of"
          + " them shows"),
  /** Runs by status. */
  RUNS("holdfast.runs", Meter.Type.GAUGE, "runs in the store, by status", "status"),
  /** Stuck runs. */
  RUNS_STUCK(
      "holdfast.runs.stuck",
      Meter.Type.GAUGE,
      "runs that nothing in the store will move, for five minutes, as far as one page of them"
          + " shows"),
  /** Lag of projections. */
  PROJECTION_LAG(
      "holdfast.projection.lag",
      Meter.Type.GAUGE,
      "how old the oldest event is that the live rows of a projection have not folded in",
      "projection"),
  /** Parked events. */
  PROJECTION_PARKED(
      "holdfast.projection.parked",
      Meter.Type.GAUGE,
      "events that the live generation of a projection has set aside",
      "projection"),
  /** Dropped audit entries. */
  AUDIT_DROPPED(
      "holdfast.audit.dropped",
      Meter.Type.COUNTER,
      "audit entries that this process gave up because the store took none"),
  /** Commits. */
  COMMITS(
      "holdfast.commits",
      Meter.Type.COUNTER,
      "commits of this process, by the calls that share them",
      "call"),
  /** What commits carry. */
  COMMITS_CALLS(
      "holdfast.commits.calls",
      Meter.Type.COUNTER,
      "calls, such as acks, that these commits carried; divided by their number, the size of a"
          + " batch",
      "call"),
  /** Difference of clocks. */
  CLOCK_DIFFERENCE(
      "holdfast.clock.difference",
      Meter.Type.GAUGE,
      "how far the clock of this machine is before (positive) or behind that of the store, beyond"
          + " what the question took");

  private final String meter;
  private final Meter.Type type;
  private final String description;
  private final List<String> tags;

  HoldfastMetric(String meter, Meter.Type type, String description, String... tags) {
    this.meter = meter;
    this.type = type;
    this.description = description;
    this.tags = List.of(tags);
  }

  /** {@return its name in Micrometer} */
  public String meterName() {
    return meter;
  }

  /** {@return the kind of meter; gauges of times are in seconds} */
  public Meter.Type type() {
    return type;
  }

  /** {@return the names of its tags} */
  public List<String> tags() {
    return tags;
  }

  /** {@return what it says} */
  public String description() {
    return description;
  }
}
