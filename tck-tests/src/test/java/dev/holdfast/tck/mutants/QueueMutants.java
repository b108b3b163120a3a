// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.NotFound;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Messages and activities that are lost, doubled, merged, early or out of order. */
final class QueueMutants {

  private QueueMutants() {}

  static List<Mutant> all() {
    return new Family("QUEUE")
        .handle(
            "writes-behind",
            "A message is stored with the next call of the handle.",
            "QUEUE-01: a buffer that is flushed later",
            WritesBehind::new)
        .handle(
            "forgets-due-times",
            "Every message is visible at once.",
            "QUEUE-02: visibleAt is not stored",
            inner -> new Messages(inner, message -> Change.of(message).due(Due.now()).build()))
        .handle(
            "timers-of-acks-are-due-now",
            "A timer that an ack emits is visible at once.",
            "QUEUE-02: another insert statement for acks",
            TimersOfAcksAreDueNow::new)
        .handle(
            "timers-are-cut-at-a-year",
            "A due time further away than a year is one year away.",
            "QUEUE-05: a delay in a 32-bit number",
            TimersAreCut::new)
        .handle(
            "a-timer-in-front-hides-the-rest",
            "An instance whose oldest message is a timer waits for it.",
            "QUEUE-04: the head of the queue decides",
            TimerInFrontHidesTheRest::new)
        .handle(
            "loses-messages-to-itself",
            "What an ack sends to its own instance is lost.",
            "QUEUE-06: the batch is deleted after the inserts",
            LosesMessagesToItself::new)
        .handle(
            "loses-messages-to-strangers",
            "What an ack sends to an instance that has no history is lost.",
            "QUEUE-06: a foreign key that is ignored",
            LosesMessagesToStrangers::new)
        .handle(
            "list-is-reversed",
            "A list of messages is stored from its end.",
            "QUEUE-07: a stack",
            ListIsReversed::new)
        .handle(
            "merges-equal-messages",
            "An equal message is not stored again, with or without a message id.",
            "QUEUE-08: a hash as the key",
            MergesEqualMessages::new)
        .handle(
            "ignores-message-ids",
            "A message id has no effect.",
            "QUEUE-09: the column is not unique",
            inner -> new Messages(inner, message -> Change.of(message).messageId(null).build()))
        .handle(
            "ignores-mismatches",
            "Another content under a used message id is dropped without a word.",
            "QUEUE-09: ON CONFLICT DO NOTHING",
            IgnoresMismatches::new)
        .handle(
            "compares-due-times",
            "The due time counts as content of a message.",
            "QUEUE-09: the whole row is compared",
            ComparesDueTimes::new)
        .store(
            "message-ids-are-global",
            "A message id is used up for all instances.",
            "QUEUE-10: the key lacks the instance",
            store -> messageIdsAreGlobal())
        .handle(
            "message-ids-of-acks-are-ignored",
            "In acks and completions message ids have no effect.",
            "QUEUE-11: another insert statement for acks",
            MessageIdsOfAcksAreIgnored::new)
        .store(
            "orphans-raise",
            "A fetch that meets an orphan fails.",
            "duroxide: an error for an unknown instance at the head of the queue",
            store -> orphansRaise())
        .handle(
            "orphans-are-kept",
            "Nothing is ever discarded.",
            "QUEUE-13: discardIfUnknown is not stored",
            inner ->
                new Messages(inner, message -> Change.of(message).discardIfUnknown(false).build()))
        .handle(
            "all-orphans-are-dropped",
            "Orphans are discarded whether they say so or not.",
            "QUEUE-14: a clean-up job",
            inner ->
                new Messages(
                    inner,
                    message ->
                        Change.of(message).discardIfUnknown(message.start() == null).build()))
        .handle(
            "drops-what-belongs-to-somebody",
            "Messages with discardIfUnknown are dropped for instances that exist.",
            "QUEUE-15: the mark alone decides",
            DropsAlways::new)
        .handle(
            "lists-are-checked-one-by-one",
            "Of a list with a bad message the ones before it are stored.",
            "QUEUE-16: check and insert in one loop",
            ListsOneByOne::new)
        .handle(
            "activities-are-reversed",
            "The activities of one ack are delivered from the last to the first.",
            "QUEUE-18: no order in the query",
            ActivitiesAreReversed::new)
        .handle(
            "activities-lose-their-version",
            "An activity does not say the version of its orchestration.",
            "QUEUE-17: a column that is not read",
            ActivitiesLoseTheirVersion::new)
        .handle(
            "activity-max-is-one-off",
            "A fetch of activities answers one more than was asked for.",
            "QUEUE-19: <= max",
            ActivityMaxIsOneOff::new)
        .handle(
            "completions-go-anywhere",
            "A completion is turned to the activity's instance, whoever it was meant for.",
            "QUEUE-20: overwritten instead of refused",
            CompletionsGoAnywhere::new)
        .handle(
            "completions-need-a-poke",
            "A completion is seen with the next message of its instance.",
            "QUEUE-21: the instance is not made ready",
            CompletionsNeedAPoke::new)
        .handle(
            "always-completes",
            "An activity ack without a completion enqueues an empty one.",
            "QUEUE-22: a message for absent",
            AlwaysCompletes::new)
        .mutants();
  }

  private static class Messages extends Altering {
    private final UnaryOperator<OrchestratorMessage> change;

    Messages(Provider inner, UnaryOperator<OrchestratorMessage> change) {
      super(inner);
      this.change = change;
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      return change.apply(message);
    }
  }

  private static final class WritesBehind extends Forwarding {
    private final List<OrchestratorMessage> buffer = new ArrayList<>();

    WritesBehind(Provider inner) {
      super(inner);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      synchronized (buffer) {
        flush();
        buffer.add(message);
      }
      return EnqueueResult.of(true);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      synchronized (buffer) {
        flush();
      }
      return super.fetchOrchestrationItems(request);
    }

    private void flush() {
      buffer.forEach(inner::enqueue);
      buffer.clear();
    }
  }

  private static final class TimersOfAcksAreDueNow extends Forwarding {
    TimersOfAcksAreDueNow(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return super.ackOrchestrationItem(
          Change.of(ack)
              .messages(
                  ack.messages().stream()
                      .map(message -> Change.of(message).due(Due.now()).build())
                      .toList())
              .build());
    }
  }

  private static final class TimersAreCut extends Altering {
    private static final Duration YEAR = Duration.ofDays(365);

    TimersAreCut(Provider inner) {
      super(inner);
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      Due due =
          switch (message.due()) {
            case Due.In(Duration delay) when delay.compareTo(YEAR) > 0 -> Due.in(YEAR);
            case Due.At at when at.instant().isAfter(Instant.parse("2100-01-01T00:00:00Z")) ->
                Due.in(YEAR);
            default -> message.due();
          };
      return Change.of(message).due(due).build();
    }
  }

  /** A plain message behind a timer of its instance is given the timer's due time. */
  private static final class TimerInFrontHidesTheRest extends Altering {
    private final Map<String, Due> timers = new ConcurrentHashMap<>();

    TimerInFrontHidesTheRest(Provider inner) {
      super(inner);
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      if (!message.due().equals(Due.now())) {
        timers.put(message.instanceId(), message.due());
        return message;
      }
      return Change.of(message)
          .due(timers.getOrDefault(message.instanceId(), message.due()))
          .build();
    }
  }

  private static final class LosesMessagesToItself extends Forwarding {
    LosesMessagesToItself(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      String self = ack.lockToken().instanceId();
      return super.ackOrchestrationItem(
          Change.of(ack)
              .messages(
                  ack.messages().stream().filter(one -> !one.instanceId().equals(self)).toList())
              .build());
    }
  }

  private static final class LosesMessagesToStrangers extends Forwarding {
    LosesMessagesToStrangers(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return super.ackOrchestrationItem(
          Change.of(ack)
              .messages(
                  ack.messages().stream()
                      .filter(one ->
                          one.start() != null
                              || inner.latestExecutionId(one.instanceId()).isPresent())
                      .toList())
              .build());
    }
  }

  private static final class ListIsReversed extends Forwarding {
    ListIsReversed(Provider inner) {
      super(inner);
    }

    @Override
    public void enqueueAll(List<OrchestratorMessage> messages) {
      List<OrchestratorMessage> reversed = new ArrayList<>(messages);
      Collections.reverse(reversed);
      super.enqueueAll(reversed);
    }
  }

  private static final class MergesEqualMessages extends Altering {
    MergesEqualMessages(Provider inner) {
      super(inner);
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      return message.messageId() == null
          ? Change.of(message).messageId("content " + message.hashCode()).build()
          : message;
    }
  }

  private static final class IgnoresMismatches extends Forwarding {
    IgnoresMismatches(Provider inner) {
      super(inner);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      try {
        return super.enqueue(message);
      } catch (IdempotencyMismatch mismatch) {
        return EnqueueResult.of(true);
      }
    }
  }

  private static final class ComparesDueTimes extends Altering {
    private final Map<String, Due> used = new ConcurrentHashMap<>();

    ComparesDueTimes(Provider inner) {
      super(inner);
    }

    @Override
    OrchestratorMessage written(OrchestratorMessage message) {
      String id = message.messageId();
      if (id != null) {
        Due first = used.putIfAbsent(message.instanceId() + "/" + id, message.due());
        if (first != null && !first.equals(message.due())) {
          throw new IdempotencyMismatch("enqueue", message.instanceId(), id);
        }
      }
      return message;
    }
  }

  private static UnaryOperator<Provider> messageIdsAreGlobal() {
    Map<String, String> used = new ConcurrentHashMap<>();
    return inner ->
        new Forwarding(inner) {
          @Override
          public EnqueueResult enqueue(OrchestratorMessage message) {
            String id = message.messageId();
            String first = id == null ? null : used.putIfAbsent(id, message.instanceId());
            if (first == null || first.equals(message.instanceId())) {
              return super.enqueue(message);
            }
            return EnqueueResult.of(true);
          }
        };
  }

  private static final class MessageIdsOfAcksAreIgnored extends Forwarding {
    MessageIdsOfAcksAreIgnored(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return super.ackOrchestrationItem(
          Change.of(ack)
              .messages(
                  ack.messages().stream()
                      .map(message -> Change.of(message).messageId(null).build())
                      .toList())
              .build());
    }
  }

  private static UnaryOperator<Provider> orphansRaise() {
    Set<String> orphans = ConcurrentHashMap.newKeySet();
    return inner ->
        new Forwarding(inner) {
          @Override
          public EnqueueResult enqueue(OrchestratorMessage message) {
            EnqueueResult result = super.enqueue(message);
            if (message.start() != null) {
              orphans.remove(message.instanceId());
            } else if (inner.latestExecutionId(message.instanceId()).isEmpty()) {
              orphans.add(message.instanceId());
            }
            return result;
          }

          @Override
          public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
            // The kit measures the round trip with messages to an instance that never is.
            orphans.remove("nobody");
            for (String orphan : orphans) {
              throw new NotFound("fetchOrchestrationItems", orphan, "there is no such instance");
            }
            return super.fetchOrchestrationItems(request);
          }
        };
  }

  private static final class DropsAlways extends Forwarding {
    DropsAlways(Provider inner) {
      super(inner);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      if (!message.discardIfUnknown() || inner.latestExecutionId(message.instanceId()).isEmpty()) {
        return super.enqueue(message);
      }
      return EnqueueResult.of(true);
    }
  }

  private static final class ListsOneByOne extends Forwarding {
    ListsOneByOne(Provider inner) {
      super(inner);
    }

    @Override
    public void enqueueAll(List<OrchestratorMessage> messages) {
      messages.forEach(inner::enqueue);
    }
  }

  private static final class ActivitiesAreReversed extends Forwarding {
    ActivitiesAreReversed(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      List<ActivityTask> reversed = new ArrayList<>(ack.activities());
      Collections.reverse(reversed);
      return super.ackOrchestrationItem(Change.of(ack).activities(reversed).build());
    }
  }

  private static final class ActivitiesLoseTheirVersion extends Altering {
    ActivitiesLoseTheirVersion(Provider inner) {
      super(inner);
    }

    @Override
    ActivityTask written(ActivityTask task) {
      return ActivityTask.builder(
              task.identity(), task.name(), task.input(), task.orchestrationName())
          .tag(task.tag())
          .sessionId(task.sessionId())
          .build();
    }
  }

  private static final class ActivityMaxIsOneOff extends Forwarding {
    ActivityMaxIsOneOff(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      return super.fetchActivityItems(
          new ActivityFetch(
              request.max() + 1,
              request.lockFor(),
              request.waitUpTo(),
              request.tagFilter(),
              request.session(),
              request.served(),
              request.maxBytes()));
    }
  }

  private static final class CompletionsGoAnywhere extends Forwarding {
    CompletionsGoAnywhere(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      OrchestratorMessage completion = ack.completion();
      return super.ackActivityItem(
          completion == null
              ? ack
              : ActivityAck.of(
                  ack.lockToken(), Change.of(completion, ack.lockToken().instanceId()).build()));
    }
  }

  private static final class CompletionsNeedAPoke extends Forwarding {
    private final List<OrchestratorMessage> waiting = new ArrayList<>();

    CompletionsNeedAPoke(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ActivityAck.of(ack.lockToken(), null));
      OrchestratorMessage completion = ack.completion();
      if (result instanceof AckResult.Applied && completion != null) {
        synchronized (waiting) {
          waiting.add(completion);
        }
      }
      return result;
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      synchronized (waiting) {
        waiting.forEach(inner::enqueue);
        waiting.clear();
      }
      return super.enqueue(message);
    }
  }

  private static final class AlwaysCompletes extends Forwarding {
    AlwaysCompletes(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      return super.ackActivityItem(
          ack.completion() != null
              ? ack
              : ActivityAck.of(
                  ack.lockToken(),
                  OrchestratorMessage.of(
                      ack.lockToken().instanceId(), "completed", Payload.empty())));
    }
  }
}
