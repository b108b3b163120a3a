// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.demo.Finding.Kind;
import dev.holdfast.examples.tickets.flow.TicketKey;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.ReplayDebug;
import dev.holdfast.streams.Replayed;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.RecordedEvent;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks at each ticket as it was at each version, and at the snapshots. A replay may begin at a
 * snapshot or not: what it answers has to be the fold of the events, and how it came to its answer
 * has to add up. Not thread-safe.
 */
final class Past {

  /** A snapshot is taken every so many versions. */
  static final int SNAPSHOT_EVERY = 4;

  /** So many snapshots of a ticket are kept. */
  static final int KEPT = 3;

  private static final int MANY = 100;

  private final EventSourcing events;
  private final Snapshots snapshots;
  private final List<Finding> findings = new ArrayList<>();
  private int replays;
  private int fromSnapshot;
  private long spared;
  private int compared;
  private int pruned;

  Past(EventSourcing events) {
    this.events = events;
    snapshots = events.provider().capability(Snapshots.class).orElseThrow();
  }

  /**
   * What was looked at.
   *
   * @param replays how many states of the past
   * @param fromSnapshot how many of them began at a snapshot
   * @param spared how many events were not read because of that
   * @param snapshots how many snapshots were compared with the events
   * @param pruned how many of them workers that were killed had left, beyond those to be kept
   */
  record Figures(int replays, int fromSnapshot, long spared, int snapshots, int pruned) {}

  /** A line of the history of a ticket: what happened, and how its replay came to its answer. */
  record Line(RecordedEvent<WorkflowEvent> event, WorkflowState state, ReplayDebug debug) {}

  Figures figures() {
    return new Figures(replays, fromSnapshot, spared, compared, pruned);
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  /**
   * Checks a ticket.
   *
   * @param stored its stream, as the store knows it
   */
  List<Line> check(TicketKey key, StreamId stored) {
    Repository<WorkflowState, WorkflowEvent, WorkflowEvent> tickets =
        events.forTenant(key.tenant()).repository(TicketWorkflow.TICKET);
    Replayed<WorkflowState, WorkflowEvent> all =
        tickets.replay(key.ticket()).withoutSnapshots().withEvents().debug().run();
    List<WorkflowState> states = new ArrayList<>(List.of(TicketWorkflow.TICKET.initial()));
    for (RecordedEvent<WorkflowEvent> event : all.events()) {
      states.add(TicketWorkflow.TICKET.evolve().evolve(states.getLast(), event.data()));
    }
    compare(key, "as a whole", states, states.size() - 1, all);
    if (all.complete() != TicketWorkflow.TICKET.isComplete(states.getLast())) {
      add(key, "is complete or not, and its replay says the contrary");
    }
    List<Line> lines = new ArrayList<>();
    Map<Integer, @Nullable Long> begins = new HashMap<>();
    for (int version = 0; version < states.size(); version++) {
      Replayed<WorkflowState, WorkflowEvent> then =
          tickets.replay(key.ticket()).until(version).debug().run();
      compare(key, "until version " + version, states, version, then);
      if (version > 0) {
        RecordedEvent<WorkflowEvent> event = all.events().get(version - 1);
        ReplayDebug debug = Objects.requireNonNull(then.debug());
        lines.add(new Line(event, then.state(), debug));
        begins.put(version, debug.snapshotVersion());
      }
    }
    if (!all.events().isEmpty()) {
      moment(key, tickets, all.events(), states);
      compareSnapshots(key, stored, states, begins);
    }
    return lines;
  }

  private void moment(
      TicketKey key,
      Repository<WorkflowState, WorkflowEvent, WorkflowEvent> tickets,
      List<RecordedEvent<WorkflowEvent>> happened,
      List<WorkflowState> states) {
    Instant time = happened.get(happened.size() / 2).recordedAt();
    int version = (int) happened.stream().filter(e -> !e.recordedAt().isAfter(time)).count();
    compare(
        key,
        "until " + time,
        states,
        version,
        tickets.replay(key.ticket()).until(time).debug().run());
  }

  private void compare(
      TicketKey key,
      String which,
      List<WorkflowState> states,
      int version,
      Replayed<WorkflowState, WorkflowEvent> answer) {
    replays++;
    ReplayDebug debug = Objects.requireNonNull(answer.debug());
    Long snapshot = debug.snapshotVersion();
    if (snapshot != null) {
      fromSnapshot++;
      spared += snapshot;
    }
    if (answer.version() != version || !answer.state().equals(states.get(version))) {
      add(
          key,
          "replayed %s is %s at version %d; its events say %s at version %d"
              .formatted(which, answer.state(), answer.version(), states.get(version), version));
    }
    if (debug.eventsRead() + (snapshot == null ? 0 : snapshot) != version) {
      add(key, "replayed %s: %s does not add up to version %d".formatted(which, debug, version));
    }
  }

  /**
   * Each replay until the version of a snapshot has begun at it, and was compared with the fold.
   */
  private void compareSnapshots(
      TicketKey key,
      StreamId stored,
      List<WorkflowState> states,
      Map<Integer, @Nullable Long> begins) {
    String schema = TicketWorkflow.TICKET.schema();
    List<SnapshotInfo> before = snapshots.list(stored, MANY);
    for (SnapshotInfo info : before) {
      compared++;
      int version = (int) info.version();
      Long began = version >= states.size() ? null : begins.get(version);
      if (began == null || began != version || !info.schema().equals(schema)) {
        add(key, "has the snapshot %s, and its replay begins at %s".formatted(info, began));
      }
    }
    pruned += snapshots.prune(stored, schema, KEPT);
    List<SnapshotInfo> after = snapshots.list(stored, MANY);
    if (!after.equals(before.subList(0, Math.min(KEPT, before.size())))) {
      add(key, "has the snapshots %s after pruning %s to %d".formatted(after, before, KEPT));
    }
    if (states.size() > SNAPSHOT_EVERY * 2 && before.isEmpty()) {
      add(key, "has %d events and no snapshot".formatted(states.size() - 1));
    }
  }

  private void add(TicketKey key, String detail) {
    findings.add(new Finding(Kind.PAST, key.toString(), detail));
  }
}
