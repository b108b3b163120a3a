// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.Suspension;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.reference.ExecutionState.StoredEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks into a {@link ReferenceStore}. Thread-safe. */
final class ReferenceWhiteBox implements WhiteBox {

  private final ReferenceStore store;

  ReferenceWhiteBox(ReferenceStore store) {
    this.store = store;
  }

  @Override
  public List<StoredRow> rows() {
    return store.atomically(() -> {
      List<StoredRow> rows = new ArrayList<>();
      Instant now = store.now();
      store.instances.values().forEach(instance -> add(rows, instance, now));
      store.activities.values().forEach(activity -> add(rows, activity, now));
      store.runs.runs().stream()
          .sorted(Comparator.comparing(run -> run.summary().runId()))
          .forEach(run -> add(rows, run));
      store
          .streams
          .log
          .values()
          .forEach(event ->
              rows.add(
                  row(
                      RowKind.STREAM_EVENT,
                      event.stream().id(),
                      event
                          + " damaged="
                          + store.streams.isDamaged(event)
                          + " content="
                          + event.hashCode())));
      store.streams.all().stream()
          .map(stream -> stream.getKey().id())
          .distinct()
          .sorted()
          .forEach(id ->
              store.streams.snapshots(id).stream()
                  .map(stored ->
                      row(
                          RowKind.SNAPSHOT,
                          id,
                          stored
                              + " damaged="
                              + store.streams.isDamaged(stored)
                              + " content="
                              + stored.hashCode()))
                  .sorted(Comparator.comparing(StoredRow::text))
                  .forEach(rows::add));
      for (String name : store.projections.names()) {
        store
            .projections
            .findOrMake(name)
            .generations
            .forEach((number, generation) ->
                generation.rows.values().forEach(row -> rows.add(projected(name, number, row))));
      }
      return List.copyOf(rows);
    });
  }

  private StoredRow projected(String name, int generation, ProjectionRow row) {
    return row(
        RowKind.PROJECTION_ROW,
        name,
        "%d %s damaged=%s content=%d"
            .formatted(generation, row, store.projections.isDamaged(row), row.hashCode()));
  }

  @Override
  public void corrupt(RowKind kind, String instanceId) {
    store.atomically(() -> {
      switch (kind) {
        case INSTANCE -> corruptRow(store.instance(instanceId));
        case EVENT -> corruptEvent(store.instance(instanceId));
        case MESSAGE -> corruptMessage(store.instance(instanceId));
        case ACTIVITY -> corruptActivity(instanceId);
        case RUN -> store.runs.corruptRun(instanceId);
        case STEP -> store.runs.corruptOldestStep(instanceId);
        case STREAM_EVENT -> store.streams.damageOldest(instanceId);
        case SNAPSHOT -> store.streams.damageOldestSnapshot(instanceId);
        case PROJECTION_ROW -> store.projections.damageOldest(instanceId);
        case EXECUTION, LOCK, INBOX_MESSAGE, INBOX_ID ->
            throw new IllegalArgumentException("cannot corrupt " + kind);
      }
      return true;
    });
  }

  @Override
  public boolean corrupts(RowKind kind) {
    return switch (kind) {
      case INSTANCE, EVENT, MESSAGE, ACTIVITY, RUN, STEP, STREAM_EVENT, SNAPSHOT, PROJECTION_ROW ->
          true;
      case EXECUTION, LOCK, INBOX_MESSAGE, INBOX_ID -> false;
    };
  }

  private static void corruptRow(InstanceState instance) {
    InstanceRow row = instance.row;
    if (row == null) {
      throw new IllegalStateException(instance.id + " has no row");
    }
    instance.row = row.damaged();
  }

  private static void corruptEvent(InstanceState instance) {
    NavigableMap<Long, StoredEvent> events = instance.executions.firstEntry().getValue().events;
    StoredEvent oldest = events.firstEntry().getValue();
    events.put(oldest.event().eventId(), new StoredEvent(oldest.event(), true));
  }

  private static void corruptMessage(InstanceState instance) {
    StoredMessage oldest = instance.messages.firstEntry().getValue();
    instance.messages.put(oldest.number(), oldest.damaged());
  }

  private void corruptActivity(String instanceId) {
    store.activities.values().stream()
            .filter(activity -> activity.task.instanceId().equals(instanceId))
            .findFirst()
            .orElseThrow()
            .corrupt =
        true;
  }

  private static void add(List<StoredRow> rows, InstanceState instance, Instant now) {
    if (instance.row != null) {
      rows.add(row(RowKind.INSTANCE, instance.id, instance.row));
    }
    instance.executions.forEach((id, execution) -> {
      rows.add(row(RowKind.EXECUTION, instance.id, id + " " + execution));
      execution.events.values().forEach(event -> rows.add(event(instance.id, id, event)));
    });
    instance.messages.values().forEach(message -> rows.add(message(instance.id, message)));
    if (instance.lock.isInUse(now)) {
      rows.add(row(RowKind.LOCK, instance.id, instance.lock + " batch=" + instance.batch));
    }
  }

  private static void add(List<StoredRow> rows, ActivityState activity, Instant now) {
    String id = activity.task.instanceId();
    rows.add(
        row(
            RowKind.ACTIVITY,
            id,
            "%d %s input=%d corrupt=%s"
                .formatted(
                    activity.number,
                    activity.task,
                    activity.task.input().hashCode(),
                    activity.corrupt)));
    if (activity.lock.isInUse(now)) {
      rows.add(row(RowKind.LOCK, id, activity.task.identity() + " " + activity.lock));
    }
  }

  private void add(List<StoredRow> rows, Run run) {
    String id = run.summary().runId();
    rows.add(
        row(
            RowKind.RUN,
            id,
            run
                + " damaged="
                + store.runs.isDamaged(id, null)
                + bytes(run.data(), run.suspension())));
    for (Step step : store.runs.steps(id)) {
      rows.add(
          row(
              RowKind.STEP,
              id,
              step
                  + " damaged="
                  + store.runs.isDamaged(id, step.summary().stepId())
                  + bytes(step.outputs(), step.suspension())));
    }
  }

  /** Payloads do not show what they hold. */
  private static String bytes(@Nullable Payload payload, @Nullable Suspension suspension) {
    return " content="
        + (suspension == null
            ? Objects.hash(payload)
            : Objects.hash(payload, suspension.state(), suspension.metadata()));
  }

  private static StoredRow event(String instanceId, long executionId, StoredEvent event) {
    return row(
        RowKind.EVENT,
        instanceId,
        executionId + " " + event + " data=" + event.event().data().hashCode());
  }

  private static StoredRow message(String instanceId, StoredMessage message) {
    return row(
        RowKind.MESSAGE, instanceId, message + " body=" + message.message().body().hashCode());
  }

  private static StoredRow row(RowKind kind, String instanceId, Object text) {
    return new StoredRow(kind, instanceId, String.valueOf(text));
  }
}
