// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.TurnContent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was put into the queues of one store and not taken out by an ack, by the calls that the kit
 * made here. It says which message a fetch should have delivered; it decides nothing. What other
 * processes do is not seen. Thread-safe.
 */
public final class Owed {
  private static final int SHOWN = 3;

  private final Pace.Clock pace;
  private final Supplier<Instant> clock;
  private final Set<Entry> messages = new LinkedHashSet<>();
  private final Map<Content, List<Entry>> byContent = new HashMap<>();
  private final Map<ActivityIdentity, Long> activities = new LinkedHashMap<>();
  private final Map<ActivityIdentity, Long> activitiesDelivered = new HashMap<>();
  private final Map<LockToken, Set<Entry>> batches = new HashMap<>();
  private final Set<String> started = new HashSet<>();
  private final long beganAt = System.nanoTime();
  private Duration moved = Duration.ZERO;

  /**
   * What two messages have in common that are the same one. Payloads may be large, and are not
   * kept.
   */
  private record Content(
      String instanceId, String kind, @Nullable String messageId, int size, long checksum) {
    static Content of(OrchestratorMessage message) {
      return new Content(
          message.instanceId(),
          message.kind(),
          message.messageId(),
          message.body().size(),
          Show.checksum(message.body()));
    }
  }

  /** A message that is queued. */
  private static final class Entry {
    final Content content;
    final String shown;
    final Due due;
    final long call;
    final Duration at;
    long deliveredBy;

    Entry(OrchestratorMessage message, long call, Duration at) {
      this.content = Content.of(message);
      this.shown = Show.of(message);
      this.due = message.due();
      this.call = call;
      this.at = at;
    }
  }

  /**
   * Nothing is owed.
   *
   * @param pace how time passes in the store
   * @param clock the store's clock, asked only when something is told
   */
  public Owed(Pace.Clock pace, Supplier<Instant> clock) {
    this.pace = pace;
    this.clock = clock;
  }

  /** Notes that the store's clock was moved. */
  public synchronized void timeMoves(Duration by) {
    moved = moved.plus(by);
  }

  synchronized void enqueued(long call, List<OrchestratorMessage> more) {
    for (OrchestratorMessage message : more) {
      Entry entry = new Entry(message, call, now());
      List<Entry> equal = byContent.computeIfAbsent(entry.content, content -> new ArrayList<>());
      if (message.messageId() == null || equal.isEmpty()) {
        equal.add(entry);
        messages.add(entry);
      }
      if (message.start() != null) {
        started.add(message.instanceId());
      }
    }
  }

  synchronized void delivered(long call, List<OrchestrationItem> items) {
    for (OrchestrationItem item : items) {
      Set<Entry> batch = new LinkedHashSet<>();
      for (OrchestratorMessage message : item.messages()) {
        byContent.getOrDefault(Content.of(message), List.of()).stream()
            .filter(entry -> !batch.contains(entry))
            .findFirst()
            .ifPresent(entry -> {
              entry.deliveredBy = call;
              batch.add(entry);
            });
      }
      batches.put(item.lockToken(), batch);
    }
  }

  private void remove(Entry entry) {
    if (messages.remove(entry)) {
      List<Entry> equal = byContent.getOrDefault(entry.content, new ArrayList<>());
      equal.remove(entry);
      if (equal.isEmpty()) {
        byContent.remove(entry.content);
      }
    }
  }

  synchronized void activitiesDelivered(long call, List<ActivityItem> items) {
    items.forEach(item -> activitiesDelivered.put(item.task().identity(), call));
  }

  synchronized void acked(long call, OrchestrationAck ack, AckResult result) {
    if (!(result instanceof AckResult.Applied applied)) {
      return;
    }
    Set<Entry> batch = batches.remove(ack.lockToken());
    if (batch != null) {
      batch.forEach(this::remove);
    }
    written(call, ack.content(), applied);
  }

  private void written(long call, TurnContent content, AckResult.Applied applied) {
    enqueued(call, content.messages());
    content.activities().forEach(task -> activities.put(task.identity(), call));
    content.cancelledActivities().forEach(activities::remove);
    claimed(call, applied);
  }

  synchronized void enqueued(
      long call, OrchestratorMessage message, EagerInstance eager, EnqueueResult result) {
    if (result.turnAhead() instanceof AckResult.Applied ahead && eager.turnAhead() != null) {
      started.add(message.instanceId());
      written(call, eager.turnAhead().content(), ahead);
      return;
    }
    enqueued(call, List.of(message));
    OrchestrationItem claimed = result.eagerInstance();
    delivered(call, claimed == null ? List.of() : List.of(claimed));
  }

  synchronized void acked(long call, ActivityAck ack, AckResult result) {
    if (!(result instanceof AckResult.Applied applied)) {
      return;
    }
    if (ack.lockToken() instanceof LockToken.OfActivity token) {
      activities.remove(token.activity());
    }
    EagerInstance eager = ack.eager();
    if (applied.turnAhead() instanceof AckResult.Applied ahead
        && eager != null
        && eager.turnAhead() != null) {
      written(call, eager.turnAhead().content(), ahead);
      return;
    }
    OrchestratorMessage completion = ack.completion();
    if (completion != null) {
      enqueued(call, List.of(completion));
    }
    claimed(call, applied);
  }

  private void claimed(long call, AckResult.Applied applied) {
    OrchestrationItem claimed = applied.eagerInstance();
    delivered(call, claimed == null ? List.of() : List.of(claimed));
    activitiesDelivered(call, applied.eagerActivities());
  }

  /**
   * Which messages a fetch owes.
   *
   * @return a sentence with a blank before it, empty when the kit knows of none
   */
  public synchronized String messages() {
    Instant now = clock.get();
    return told(
        messages.stream()
            .filter(entry -> started.contains(entry.content.instanceId()))
            .filter(entry -> !visibleSince(entry, now).isAfter(now))
            .map(entry ->
                "%s, visible since %s, enqueued by #%d, %s"
                    .formatted(
                        entry.shown, visibleSince(entry, now), entry.call, fate(entry.deliveredBy)))
            .toList());
  }

  /** Which activities a fetch owes; like {@link #messages()}. */
  public synchronized String activities() {
    return told(
        activities.entrySet().stream()
            .map(one ->
                "%s, scheduled by #%d, %s"
                    .formatted(
                        Show.of(one.getKey()),
                        one.getValue(),
                        fate(activitiesDelivered.getOrDefault(one.getKey(), 0L))))
            .toList());
  }

  private static String fate(long deliveredBy) {
    return deliveredBy == 0 ? "never delivered" : "delivered by #" + deliveredBy + ", never acked";
  }

  private static String told(List<String> owed) {
    if (owed.isEmpty()) {
      return "";
    }
    String more = owed.size() > SHOWN ? "; and %d more".formatted(owed.size() - SHOWN) : "";
    return owed.stream().limit(SHOWN).collect(Collectors.joining("; ", " Owed: ", more + "."));
  }

  private Instant visibleSince(Entry entry, Instant now) {
    Instant enqueued = now.minus(now().minus(entry.at));
    return switch (entry.due) {
      case Due.At(Instant instant) -> instant.isAfter(enqueued) ? instant : enqueued;
      case Due.In(Duration delay) -> enqueued.plus(delay);
      case Due.Now immediately -> enqueued;
    };
  }

  /** What has passed in the store since it was opened, as far as the kit knows. */
  private Duration now() {
    Duration passed = Duration.ofNanos(System.nanoTime() - beganAt);
    return switch (pace) {
      case STANDING -> moved;
      case RUNNING -> moved.plus(passed);
      case REAL -> passed;
    };
  }
}
