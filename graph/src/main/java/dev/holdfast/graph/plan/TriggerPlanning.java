// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.Trigger;
import dev.holdfast.graph.internal.Inboxes;
import dev.holdfast.graph.plan.GraphIndex.Node;
import dev.holdfast.graph.plan.Planning.Progress;
import dev.holdfast.graph.plan.Planning.Tally;
import dev.holdfast.graph.plan.Selection.Limit;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Triggers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is next in a trigger: its inputs, its schedule, and how long it has waited. */
final class TriggerPlanning {

  /** The most inputs that begin in one turn; the end of one of them leads to the next. */
  private static final int MOST_AT_ONCE = 50;

  private static final String REASON = "waits for input";

  private final Planning planning;
  private final PlannedRows planned;
  private final Selection selection;
  private final Instant now;
  private final Scope scope;
  private final Node node;
  private final String id;
  private final Trigger trigger;

  TriggerPlanning(
      Planning planning,
      PlannedRows planned,
      Selection selection,
      Instant now,
      Scope scope,
      Node node,
      Trigger trigger) {
    this.planning = planning;
    this.planned = planned;
    this.selection = selection;
    this.now = now;
    this.scope = scope;
    this.node = node;
    this.id = scope.rowId(node.step());
    this.trigger = trigger;
  }

  /** Whether a suspended trigger is open again, because something waits for it. */
  boolean reopens(Stop stop) {
    if (stop.isStopped()) {
      return false;
    }
    fire(stop);
    List<InboxMessage> waiting = planned.waiting(id, Triggers.PORT, most());
    if (waiting == null || waiting.isEmpty()) {
      return false;
    }
    planned.decide(id, StepStatus.SCHEDULED);
    selection.add(new Decision.Reopen(id), stop, List.of());
    return true;
  }

  /** Goes through the inputs that have begun, and then through those that wait. */
  Progress inputs(Stop stop, Tally tally, List<Limit> limits) {
    int begun = planned.inputs(id);
    int open = 0;
    for (int i = 0; i < begun; i++) {
      open += open(planning.element(scope, node, i, stop, tally, limits), stop);
    }
    if (stop.isFailing()) {
      return tally.active == 0 ? Progress.FAILED : Progress.OPEN;
    }
    if (begun >= trigger.maxInputs()) {
      return open > 0 ? Progress.OPEN : Progress.DONE;
    }
    if (stop.isStopped()) {
      return Progress.OPEN;
    }
    fire(stop);
    if (open >= trigger.atOnce()) {
      return Progress.OPEN;
    }
    List<InboxMessage> waiting = planned.waiting(id, Triggers.PORT, most());
    if (waiting == null) {
      return Progress.OPEN;
    }
    for (InboxMessage message : waiting) {
      if (Inboxes.isEnd(message)) {
        return open > 0 ? Progress.OPEN : end(message, stop);
      }
      if (open >= trigger.atOnce() || begun >= trigger.maxInputs()) {
        return Progress.OPEN;
      }
      open += open(begin(begun++, message, stop, tally, limits), stop);
      if (stop.isFailing()) {
        return tally.active == 0 ? Progress.FAILED : Progress.OPEN;
      }
    }
    if (begun >= trigger.maxInputs() && open == 0) {
      return Progress.DONE;
    }
    if (open == 0 && waiting.isEmpty()) {
      suspend(begun, stop);
    }
    return Progress.OPEN;
  }

  private int most() {
    return Math.min(trigger.atOnce(), MOST_AT_ONCE) + 1;
  }

  private static int open(Progress progress, Stop stop) {
    if (progress == Progress.FAILED) {
      stop.fail();
    }
    return progress == Progress.OPEN ? 1 : 0;
  }

  private Progress end(InboxMessage message, Stop stop) {
    selection.add(new Decision.Consume(message), stop, List.of());
    return Progress.DONE;
  }

  private Progress begin(
      int item, InboxMessage message, Stop stop, Tally tally, List<Limit> limits) {
    String row = scope.rowId(node.step(), item);
    JsonNode input = Inboxes.value(message);
    planned.receive(row, input);
    if (node.inner() != null) {
      selection.add(new Decision.Receive(row, message, input, null), stop, List.of());
      return planning.subGraph(scope, node, item, stop, tally, limits);
    }
    Map<String, ValueRef> inputs = scope.inputs(node, item);
    Decision.Schedule task = new Decision.Schedule(row, node.step(), 1, inputs);
    selection.add(new Decision.Receive(row, message, input, task), stop, limits);
    return Progress.OPEN;
  }

  /** Gives the trigger an input when its time has come: for the last of the times that passed. */
  private void fire(Stop stop) {
    Duration every = trigger.every();
    StepSummary row = planned.row(id);
    if (every == null || row == null) {
      return;
    }
    JsonNode fired = planned.value(new ValueRef.StepOutput(id, Inboxes.FIRED));
    if (!planned.toRead.isEmpty()) {
      return;
    }
    Instant from = fired == null ? row.times().createdAt() : Instant.parse(fired.stringValue());
    long passed = now.isBefore(from) ? 0 : Duration.between(from, now).dividedBy(every);
    Instant last = from.plus(every.multipliedBy(passed));
    if (passed > 0) {
      selection.add(new Decision.Fire(id, last), stop, List.of());
    }
    planning.wakeUpAt(last.plus(every));
  }

  /** Suspends the trigger when nothing has come for long enough, or looks again when it will be. */
  private void suspend(int begun, Stop stop) {
    Instant since = lastMoved(begun);
    if (since == null) {
      planning.wakeUpAt(onGrid(now.plus(trigger.inactiveAfter())));
      return;
    }
    Instant end = since.plus(trigger.inactiveAfter());
    if (now.isBefore(end)) {
      planning.wakeUpAt(onGrid(end));
      return;
    }
    selection.add(new Decision.AwaitInput(id, REASON), stop, List.of());
    planned.decide(id, StepStatus.SUSPENDED);
    planning.suspended(id);
  }

  /** Looks are stored; those of inputs that come one after the other are one. */
  private Instant onGrid(Instant time) {
    long grid = Math.max(1, Math.min(60_000, trigger.inactiveAfter().toMillis() / 10));
    return Instant.ofEpochMilli((time.toEpochMilli() / grid + 1) * grid);
  }

  private @Nullable Instant lastMoved(int begun) {
    StepSummary own = planned.row(id);
    Instant last = own == null ? null : own.times().updatedAt();
    for (int i = 0; i < begun; i++) {
      String input = id + "[" + i + "]";
      StepSummary row = planned.row(input);
      if (row == null || row.status() != planned.status(input)) {
        return now; // it ends in this very plan
      }
      if (last == null || row.times().updatedAt().isAfter(last)) {
        last = row.times().updatedAt();
      }
    }
    return last;
  }
}
