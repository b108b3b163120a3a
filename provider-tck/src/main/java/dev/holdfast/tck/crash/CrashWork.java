// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The work of a child that is going to be killed. What a turn or an activity results in follows
 * from the item alone, and the first event of a turn lists the messages that the turn consumed, so
 * that an audit can tell from the store what was applied: a turn appends {@value #EVENTS} events;
 * the first {@value #ACTIVE_TURNS} turns of an instance schedule {@value #ACTIVITIES} activities,
 * message the instance itself and its neighbour. Thread-safe.
 */
final class CrashWork {

  /** How many events a turn appends. */
  static final int EVENTS = 3;

  /** How many activities an active turn schedules. */
  static final int ACTIVITIES = 2;

  /** After so many turns an instance only consumes. */
  static final int ACTIVE_TURNS = 4;

  /** The message id of announced starts. */
  static final String START_MESSAGE_ID = "the start";

  /** The most instances of one child. */
  static final int INSTANCES = 40;

  private static final int THREADS = 3;
  private static final int TURNS_AT_ONCE = 3;
  private static final int ACTIVITIES_AT_ONCE = 4;

  private final Provider provider;
  private final Consumer<String> say;
  private final String prefix;
  private final Duration lockFor;
  private final AtomicInteger started = new AtomicInteger();

  CrashWork(Provider provider, Consumer<String> say, String prefix, Duration lockFor) {
    this.provider = provider;
    this.say = say;
    this.prefix = prefix;
    this.lockFor = lockFor;
  }

  // ---- what follows from an item

  /** The instance of a child. */
  static String instance(String prefix, int number) {
    return prefix + "-" + number;
  }

  /** Which turn of its instance an item is, from 1. */
  static long turn(OrchestrationItem item) {
    return item.history().lastEventId() / EVENTS + 1;
  }

  /** The result of a turn. */
  static OrchestrationAck result(OrchestrationItem item) {
    long turn = turn(item);
    String id = item.instanceId();
    return OrchestrationAck.builder(item.lockToken(), 1)
        .historyDelta(events(turn, consumed(item.messages())))
        .activities(
            turn > ACTIVE_TURNS
                ? List.of()
                : activityIds(turn).stream().map(n -> Sample.activity(id, n)).toList())
        .messages(
            turn > ACTIVE_TURNS
                ? List.of()
                : List.of(
                    Sample.message(id, self(id, turn)),
                    Sample.message(neighbour(id), peer(id, turn))))
        .metadata(
            ExecutionMetadata.builder()
                .name(Sample.NAME)
                .status(ExecutionStatus.RUNNING)
                .output(Payload.utf8(output(turn)))
                .build())
        .build();
  }

  /** The activities that a turn schedules. */
  static List<Long> activityIds(long turn) {
    return IntStream.rangeClosed(1, ACTIVITIES).mapToObj(n -> turn * 10 + n).toList();
  }

  /** The output that a turn states. */
  static String output(long turn) {
    return "output of turn " + turn;
  }

  /** What a turn says to its own instance. */
  static String self(String id, long turn) {
    return "self " + turn + " of " + id;
  }

  /** What a turn says to the neighbour. */
  static String peer(String id, long turn) {
    return "peer " + turn + " of " + id;
  }

  /** The input of an instance. */
  static String start(String id) {
    return "start of " + id;
  }

  /** The result of an activity. */
  static String done(String id, long activityId) {
    return "done " + activityId + " of " + id;
  }

  /** The instance before this one; the first is its own neighbour. */
  static String neighbour(String id) {
    int dash = id.lastIndexOf('-');
    int number = Integer.parseInt(id.substring(dash + 1));
    return instance(id.substring(0, dash), Math.max(0, number - 1));
  }

  /** The bodies of a batch, as the first event of its turn lists them. */
  static String consumed(List<OrchestratorMessage> messages) {
    return messages.stream().map(m -> m.body().asUtf8()).collect(Collectors.joining("\n"));
  }

  /** The events of a turn. */
  static List<HistoryEvent> events(long turn, String consumed) {
    List<HistoryEvent> events = new ArrayList<>();
    for (int i = 1; i <= EVENTS; i++) {
      String text = i == 1 ? consumed : "event " + i + " of turn " + turn;
      events.add(
          new HistoryEvent(
              (turn - 1) * EVENTS + i, "happened", Payload.utf8(text), Sample.RECORDED_AT));
    }
    return events;
  }

  /** The start message of an instance. */
  static OrchestratorMessage startMessage(String id, @Nullable String messageId) {
    return OrchestratorMessage.builder(id, "start", Payload.utf8(start(id)))
        .start(new ExecutionStart(Sample.NAME, null, null))
        .messageId(messageId)
        .build();
  }

  private static ActivityAck result(ActivityItem item) {
    String id = item.task().instanceId();
    return ActivityAck.of(item.lockToken(), Sample.message(id, done(id, item.task().activityId())));
  }

  // ---- working and saying what was acknowledged

  /** Works on several threads, and says what was acknowledged. Returns at once. */
  void work(long seed) {
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(seed + i);
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            while (true) {
              step(random);
            }
          });
    }
  }

  private void step(Random random) {
    try {
      switch (random.nextInt(6)) {
        case 0, 1 -> startSome(random.nextInt(2) + 1);
        case 2, 3, 4 -> turns(random.nextBoolean());
        default -> activities(random.nextBoolean());
      }
    } catch (ProviderError.Retryable busy) {
      // Nothing was acknowledged; the audit judges what is there.
      say.accept("refused " + busy.getClass().getSimpleName());
    } catch (RuntimeException e) {
      // What stands there is part of the failure's text.
      e.printStackTrace();
      say.accept("failed " + e);
    }
  }

  private void startSome(int howMany) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < howMany; i++) {
      int number = started.getAndIncrement();
      if (number < INSTANCES) {
        ids.add(instance(prefix, number));
      }
    }
    if (ids.size() == 1) {
      provider.enqueue(startMessage(ids.get(0), null));
    } else if (!ids.isEmpty()) {
      provider.enqueueAll(ids.stream().map(id -> startMessage(id, null)).toList());
    }
    ids.forEach(id -> say.accept("enqueued " + id));
  }

  private void turns(boolean asList) {
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(TURNS_AT_ONCE, lockFor));
    if (asList) {
      List<AckResult> results =
          provider.ackOrchestrationItems(items.stream().map(CrashWork::result).toList());
      for (int i = 0; i < items.size(); i++) {
        acked(items.get(i), results.get(i));
      }
    } else {
      items.forEach(item -> acked(item, provider.ackOrchestrationItem(result(item))));
    }
  }

  private void acked(OrchestrationItem item, AckResult result) {
    say.accept(
        result instanceof AckResult.Applied
            ? "acked " + item.instanceId() + " " + turn(item)
            : "failed: the ack of " + item.lockToken() + " was " + result);
  }

  private void activities(boolean asList) {
    List<ActivityItem> items =
        provider.fetchActivityItems(ActivityFetch.of(ACTIVITIES_AT_ONCE, lockFor));
    if (asList) {
      List<AckResult> results =
          provider.ackActivityItems(items.stream().map(CrashWork::result).toList());
      for (int i = 0; i < items.size(); i++) {
        completed(items.get(i), results.get(i));
      }
    } else {
      items.forEach(item -> completed(item, provider.ackActivityItem(result(item))));
    }
  }

  private void completed(ActivityItem item, AckResult result) {
    say.accept(
        result instanceof AckResult.Applied
            ? "completed " + item.task().instanceId() + " " + item.task().activityId()
            : "failed: the ack of " + item.lockToken() + " was " + result);
  }

  // ---- saying what is about to happen

  /**
   * Announces each call just before it is made, one thread alone: {@code enqueue ID}, {@code ack ID
   * EPOCH TURN CONSUMED} and {@code complete ID ACTIVITY EPOCH}. The messages have ids.
   */
  void announce(Random random) {
    while (true) {
      switch (random.nextInt(3)) {
        case 0 -> {
          String id = instance(prefix, started.getAndIncrement());
          say.accept("enqueue " + id);
          provider.enqueue(startMessage(id, START_MESSAGE_ID));
        }
        case 1 -> {
          say.accept("fetch");
          for (OrchestrationItem item :
              provider.fetchOrchestrationItems(OrchestrationFetch.of(1, lockFor))) {
            say.accept(
                "ack " + item.instanceId() + " " + item.lockToken().epoch() + " " + turn(item));
            provider.ackOrchestrationItem(result(item));
          }
        }
        default -> {
          say.accept("fetch activity");
          for (ActivityItem item : provider.fetchActivityItems(ActivityFetch.of(1, lockFor))) {
            say.accept(
                "complete %s %d %d"
                    .formatted(
                        item.task().instanceId(),
                        item.task().activityId(),
                        item.lockToken().epoch()));
            provider.ackActivityItem(result(item));
          }
        }
      }
    }
  }
}
