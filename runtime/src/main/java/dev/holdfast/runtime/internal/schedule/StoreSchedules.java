// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.schedule;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.PayloadTooLargeException;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.runtime.internal.Identifiers;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.schedule.ScheduleState.Target;
import dev.holdfast.runtime.schedule.NoSuchScheduleException;
import dev.holdfast.runtime.schedule.Schedule;
import dev.holdfast.runtime.schedule.ScheduleDescription;
import dev.holdfast.runtime.schedule.ScheduleDescription.State;
import dev.holdfast.runtime.schedule.ScheduleExistsException;
import dev.holdfast.runtime.schedule.ScheduleRun;
import dev.holdfast.runtime.schedule.ScheduledRun;
import dev.holdfast.runtime.schedule.Schedules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The calls for schedules, on a client and its provider. Thread-safe. */
public final class StoreSchedules implements Schedules {

  private static final int LONGEST_ID = 180;

  /** It is stored with each step of the schedule, twice. */
  private static final int LARGEST_INPUT = 128 * 1024;

  private static final int SHOWN_NEXT = 10;

  private final HoldfastClient client;
  private final Provider provider;
  private final PayloadCodec values;

  /** Creates the calls. */
  public StoreSchedules(HoldfastClient client, Provider provider, PayloadCodec values) {
    this.client = client;
    this.provider = provider;
    this.values = values;
  }

  @Override
  public <I extends @Nullable Object> void create(
      String id, Schedule schedule, Orchestration<I, ?> orchestration, I input) {
    EncodedValue state =
        ScheduleCode.encoded(ScheduleState.created(schedule, target(orchestration, input)));
    String instanceId = instanceId(id);
    if (start(instanceId, state)) {
      return;
    }
    if (client.status(instanceId).state().isEnded()) {
      client.deletion().delete(List.of(instanceId), true);
      if (start(instanceId, state)) {
        return;
      }
    }
    throw new ScheduleExistsException(id);
  }

  private boolean start(String instanceId, EncodedValue state) {
    return client.start(ScheduleCode.SCHEDULE, instanceId, state).kind() == StartResult.Kind.NEW;
  }

  @Override
  public <I extends @Nullable Object> void createOrChange(
      String id, Schedule schedule, Orchestration<I, ?> orchestration, I input) {
    try {
      create(id, schedule, orchestration, input);
    } catch (ScheduleExistsException e) {
      change(id, schedule, orchestration, input);
    }
  }

  @Override
  public <I extends @Nullable Object> void change(
      String id, Schedule schedule, Orchestration<I, ?> orchestration, I input) {
    Objects.requireNonNull(schedule, "schedule");
    Target target = target(orchestration, input);
    tell(id, ScheduleCommand.of(new ScheduleCommand.Change(schedule, target)));
  }

  @Override
  public void change(String id, Schedule schedule) {
    Objects.requireNonNull(schedule, "schedule");
    tell(id, ScheduleCommand.of(new ScheduleCommand.Change(schedule, null)));
  }

  @Override
  public void pause(String id, String note) {
    tell(id, ScheduleCommand.of(new ScheduleCommand.Pause(orNull(note))));
  }

  @Override
  public void resume(String id, String note) {
    tell(id, ScheduleCommand.of(new ScheduleCommand.Resume(orNull(note))));
  }

  private static @Nullable String orNull(String note) {
    return note.isEmpty() ? null : note;
  }

  @Override
  public String trigger(String id) {
    String run = id + "@" + ScheduledRun.TRIGGER + UUID.randomUUID();
    tell(id, ScheduleCommand.of(new ScheduleCommand.Trigger(run)));
    return run;
  }

  @Override
  public void forget(String id, String run) {
    ScheduleCommand.Ended ended =
        new ScheduleCommand.Ended(run, ScheduleRun.State.CANCELLED, "forgotten");
    tell(id, ScheduleCommand.of(ended));
  }

  @Override
  public void delete(String id) {
    try {
      client.deletion().delete(List.of(instanceId(id)), true);
    } catch (NotFound e) {
      throw new NoSuchScheduleException(id);
    }
  }

  private <I extends @Nullable Object> Target target(Orchestration<I, ?> orchestration, I input) {
    Json encoded = values.encode(input);
    int size = encoded.text().getBytes(StandardCharsets.UTF_8).length;
    if (size > LARGEST_INPUT) {
      throw new PayloadTooLargeException("the input of a schedule", size, LARGEST_INPUT);
    }
    return ScheduleCode.target(orchestration, encoded);
  }

  /** Tells a schedule that is there; not repeated after an unknown outcome, like any event. */
  private void tell(String id, ScheduleCommand command) {
    String instanceId = instanceId(id);
    InstanceState state = client.status(instanceId).state();
    if (state == InstanceState.NOT_FOUND || state.isEnded()) {
      throw new NoSuchScheduleException(id);
    }
    ScheduleCode.EventToSchedule event = ScheduleCode.event(command);
    client.raise(instanceId, event.name(), event.value());
  }

  private static String instanceId(String id) {
    if (id.length() > LONGEST_ID) {
      throw new IllegalArgumentException(
          "the id of the schedule has %d characters; give it 1 to %d"
              .formatted(id.length(), LONGEST_ID));
    }
    return ScheduleCode.instanceId(Identifiers.checked("id of the schedule", id));
  }

  @Override
  public ScheduleDescription describe(String id) {
    return find(id).orElseThrow(() -> new NoSuchScheduleException(id));
  }

  @Override
  public List<ScheduleDescription> list() {
    InstanceFilter filter = InstanceFilter.builder().name(ScheduleCode.SCHEDULE_NAME).build();
    InstanceQuery query = InstanceQuery.firstPage(filter, provider.info().limits().maxPageSize());
    List<ScheduleDescription> all = new ArrayList<>();
    while (true) {
      InstancePage page = client.admin().list(query);
      for (InstanceSummary row : page.rows()) {
        // one that was deleted meanwhile is no more
        find(ScheduleCode.id(row.instanceId())).ifPresent(all::add);
      }
      if (page.nextPageToken() == null) {
        all.sort(Comparator.comparing(ScheduleDescription::id));
        return List.copyOf(all);
      }
      query = query.from(page.nextPageToken());
    }
  }

  private Optional<ScheduleDescription> find(String id) {
    String instanceId = instanceId(id);
    InstanceStatus status = client.status(instanceId);
    if (status.state() == InstanceState.NOT_FOUND) {
      return Optional.empty();
    }
    ScheduleState state = ScheduleCode.read(provider, instanceId, status.executionId());
    if (state == null) {
      return Optional.of(
          new ScheduleDescription(
              id,
              instanceId,
              State.PENDING,
              null,
              null,
              null,
              null,
              null,
              List.of(),
              List.of(),
              null));
    }
    boolean ended = status.state().isEnded();
    State stands = state.paused() ? State.PAUSED : State.ACTIVE;
    Failure failure = status.failure();
    return Optional.of(
        new ScheduleDescription(
            id,
            instanceId,
            ended ? State.ENDED : stands,
            state.schedule(),
            state.target().name(),
            state.target().version(),
            new EncodedValue(state.target().input().text(), values.converter()),
            state.note(),
            ended ? List.of() : state.nextStarts(id, SHOWN_NEXT),
            state.runs(),
            failure == null ? null : failure.toString()));
  }
}
