// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.tck.model.Course.Basis;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The ack of a turn to be.
 *
 * @param token with which token
 * @param label makes its contents its own
 * @param execution how far its execution is from the item's
 * @param events how many events
 * @param eventIds which ids they have
 * @param activities the activities, by number
 * @param fault what is wrong with the activities
 * @param cancelled the activities to cancel, by number
 * @param messages the messages
 * @param name the name in the metadata, or null
 * @param ended whether it ends the execution
 * @param additions what it does with features beyond the core
 */
record TurnDraft(
    TokenRef token,
    String label,
    int execution,
    int events,
    EventIds eventIds,
    List<Integer> activities,
    Fault fault,
    List<Integer> cancelled,
    List<MessageDraft> messages,
    @Nullable String name,
    boolean ended,
    Additions additions) {

  /** Which event ids an ack uses, seen from the last one that its item knows. */
  enum EventIds {
    NEXT,
    WITH_A_GAP,
    FROM_THE_LAST,
    BELOW_THE_LAST,
    TWICE,
    DESCENDING
  }

  /** What is wrong with the activities of an ack. */
  enum Fault {
    NONE,
    OF_ANOTHER_INSTANCE,
    OF_ANOTHER_EXECUTION,
    CANCELS_ELSEWHERE
  }

  static TurnDraft empty(TokenRef token) {
    return new TurnDraft(
        token,
        "",
        0,
        0,
        EventIds.NEXT,
        List.of(),
        Fault.NONE,
        List.of(),
        List.of(),
        null,
        false,
        Additions.NONE);
  }

  TurnDraft withEvents(int count, EventIds ids) {
    return new TurnDraft(
        token,
        label,
        execution,
        count,
        ids,
        activities,
        fault,
        cancelled,
        messages,
        name,
        ended,
        additions);
  }

  TurnDraft withActivities(List<Integer> numbers, Fault wrong) {
    return new TurnDraft(
        token, label, execution, events, eventIds, numbers, wrong, cancelled, messages, name, ended,
        additions);
  }

  TurnDraft withCancelled(List<Integer> numbers) {
    return new TurnDraft(
        token,
        label,
        execution,
        events,
        eventIds,
        activities,
        fault,
        numbers,
        messages,
        name,
        ended,
        additions);
  }

  TurnDraft withMessages(List<MessageDraft> sent) {
    return new TurnDraft(
        token,
        label,
        execution,
        events,
        eventIds,
        activities,
        fault,
        cancelled,
        sent,
        name,
        ended,
        additions);
  }

  TurnDraft withName(@Nullable String named, boolean last) {
    return new TurnDraft(
        token,
        label,
        execution,
        events,
        eventIds,
        activities,
        fault,
        cancelled,
        messages,
        named,
        last,
        additions);
  }

  TurnDraft with(Additions others) {
    return new TurnDraft(
        token,
        label,
        execution,
        events,
        eventIds,
        activities,
        fault,
        cancelled,
        messages,
        name,
        ended,
        others);
  }

  TurnDraft of(TokenRef other) {
    return new TurnDraft(
        other,
        label,
        execution,
        events,
        eventIds,
        activities,
        fault,
        cancelled,
        messages,
        name,
        ended,
        additions);
  }

  TurnDraft inExecution(int away) {
    return new TurnDraft(
        token,
        label,
        away,
        events,
        eventIds,
        activities,
        fault,
        cancelled,
        messages,
        name,
        ended,
        additions);
  }

  OrchestrationAck ack(
      OrchestrationItem item, LockToken shown, Timing timing, @Nullable EagerActivities eager) {
    Basis basis = new Basis(item.executionId(), item.history().lastEventId());
    return new OrchestrationAck(shown, content(item.instanceId(), basis, timing, eager));
  }

  /** The turn as it is sent ahead by who knows so much of the instance. */
  TurnAhead ahead(String instanceId, Basis basis, Timing timing, @Nullable EagerActivities eager) {
    return new TurnAhead(
        basis.executionId(), basis.lastEventId(), content(instanceId, basis, timing, eager));
  }

  private TurnContent content(
      String instanceId, Basis basis, Timing timing, @Nullable EagerActivities eager) {
    long executionId = Math.max(1, basis.executionId() + execution);
    long last = executionId == basis.executionId() ? basis.lastEventId() : 0;
    return TurnContent.builder(executionId)
        .historyDelta(ids(last).mapToObj(id -> event(id)).toList())
        .activities(activities.stream().map(n -> task(instanceId, executionId, n)).toList())
        .cancelledActivities(
            cancelled.stream().map(n -> cancelled(instanceId, executionId, n)).toList())
        .messages(messages.stream().map(message -> sent(message).message(timing)).toList())
        .metadata(metadata())
        .eager(eager)
        .build();
  }

  /**
   * A message of an instance to itself has an id only if the ack leaves a row. Without a row it is
   * open whether an id that the ack consumes is still in use for what it sends.
   */
  private MessageDraft sent(MessageDraft message) {
    return name == null && message.instance() == token.instance() ? message.withoutId() : message;
  }

  private LongStream ids(long last) {
    return switch (eventIds) {
      case NEXT -> LongStream.rangeClosed(last + 1, last + events);
      case WITH_A_GAP -> LongStream.rangeClosed(last + 3, last + 2 + events);
      case FROM_THE_LAST -> LongStream.rangeClosed(Math.max(1, last), last + events);
      case BELOW_THE_LAST -> LongStream.rangeClosed(Math.max(1, last - 1), last - 2 + events);
      case TWICE -> LongStream.of(last + 1, last + 1);
      case DESCENDING -> LongStream.of(last + 2, last + 1);
    };
  }

  private HistoryEvent event(long id) {
    return new HistoryEvent(
        id, "happened", Payload.utf8(label + "-" + id), Instant.EPOCH.plusNanos(id));
  }

  private ActivityTask task(String instanceId, long executionId, int number) {
    ActivityIdentity identity =
        new ActivityIdentity(
            fault == Fault.OF_ANOTHER_INSTANCE ? instanceId + "-other" : instanceId,
            fault == Fault.OF_ANOTHER_EXECUTION ? executionId + 1 : executionId,
            number);
    return ActivityTask.builder(identity, "work", Payload.utf8(label + "/" + number), "flow")
        .tag(additions.tag(number))
        .sessionId(additions.session(number))
        .build();
  }

  private ActivityIdentity cancelled(String instanceId, long executionId, int number) {
    return new ActivityIdentity(
        fault == Fault.CANCELS_ELSEWHERE ? instanceId + "-other" : instanceId, executionId, number);
  }

  private ExecutionMetadata metadata() {
    ExecutionMetadata.Builder metadata =
        ExecutionMetadata.builder()
            .name(name)
            .version(name != null && name.endsWith("v") ? "1.3" : null)
            .status(ended ? ExecutionStatus.COMPLETED : null)
            .output(ended ? Payload.utf8(label) : null);
    additions.addTo(metadata, label);
    return metadata.build();
  }

  @Override
  public String toString() {
    return token
        + (execution == 0 ? "" : ", execution %+d".formatted(execution))
        + (events == 0 ? "" : ", " + events + " events " + eventIds.name().toLowerCase(Locale.ROOT))
        + (activities.isEmpty() ? "" : ", activities " + activities)
        + (cancelled.isEmpty() ? "" : ", cancels " + cancelled)
        + (fault == Fault.NONE ? "" : " (" + fault.name().toLowerCase(Locale.ROOT) + ")")
        + (messages.isEmpty() ? "" : ", sends " + messages)
        + (name == null ? "" : ", name=" + name)
        + (ended ? ", completed" : "")
        + additions;
  }
}
