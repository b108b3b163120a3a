// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.tck.report.Legible;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Values of the SPI as short text. Payloads appear by size and checksum, never by content.
 * Stateless.
 */
public final class Show {

  private static final int LISTED = 6;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:/$-]+");

  private Show() {}

  /**
   * A value in short.
   *
   * @param value the value
   * @return its text
   */
  public static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "absent";
      case Optional<?> optional -> of(optional.orElse(null));
      case Map<?, ?> map -> map(map);
      case Collection<?> collection -> list(collection);
      case Payload payload -> payload(payload);
      case OrchestratorMessage message -> message(message);
      case ExecutionStart start -> start(start);
      case HistoryEvent event ->
          event.eventId()
              + ":"
              + event.kind()
              + " "
              + payload(event.data())
              + " "
              + event.recordedAt();
      case History history -> of(history, list(history.events()));
      case OrchestrationItem item -> item(item);
      case LockToken token -> token(token);
      case ActivityItem item -> of(item.lockToken()) + "(delivery " + item.deliveryCount() + ")";
      case ActivityTask task -> task(task);
      case ActivityIdentity identity -> identity(identity);
      case AckResult.Applied applied -> applied(applied);
      case EagerInstance eager ->
          "claim for %s, inline=%d%s%s"
              .formatted(
                  eager.lockFor(),
                  eager.inlineHistory(),
                  eager.versionFilter() == null ? "" : ", versionFilter",
                  eager.turnAhead() == null ? "" : ", " + of(eager.turnAhead()));
      case TurnAhead turn ->
          "turn ahead on execution %d, event %d%s: execution %s"
              .formatted(
                  turn.onExecutionId(),
                  turn.onLastEventId(),
                  turn.onLastEventAt() == null ? "" : " of " + turn.onLastEventAt(),
                  content(turn.content()));
      case EnqueueResult result ->
          (result.stored() ? "stored" : "added nothing")
              + got(result.eagerInstance(), result.turnAhead());
      case EagerActivities eager ->
          "claim max=%d for %s, tags=%s%s"
              .formatted(
                  eager.max(),
                  eager.lockFor(),
                  eager.tagFilter(),
                  eager.session() == null ? "" : ", session");
      case AckResult.AlreadyApplied already -> "AlreadyApplied";
      case AckResult.Rejected(var error) -> "Rejected(" + error.getClass().getSimpleName() + ")";
      case OrchestrationFetch fetch ->
          "max=%d, lockFor=%s%s, inline=%d%s"
              .formatted(
                  fetch.max(),
                  fetch.lockFor(),
                  waiting(fetch.waitUpTo()),
                  fetch.inlineHistory(),
                  fetch.versionFilter() == null ? "" : ", versionFilter");
      case EndedRead read -> list(read.instanceIds()) + waiting(read.waitUpTo());
      case EndedInstance ended ->
          "%s(execution %d %s, name %s, last event %s)"
              .formatted(
                  id(ended.instanceId()),
                  ended.executionId(),
                  ended.status(),
                  ended.name(),
                  of(ended.lastEvent()));
      case ActivityFetch fetch ->
          "max=%d, lockFor=%s%s, tags=%s%s"
              .formatted(
                  fetch.max(),
                  fetch.lockFor(),
                  waiting(fetch.waitUpTo()),
                  fetch.tagFilter(),
                  fetch.session() == null ? "" : ", session");
      case OrchestrationAck ack -> ack(ack);
      case ActivityAck ack ->
          of(ack.lockToken())
              + ", completion="
              + (ack.completion() == null ? "absent" : message(ack.completion()))
              + claim(ack.eager())
              + changes(ack.changes());
      case SendMessage(var message) -> "send " + message(message);
      case MessageSent(boolean stored) -> stored ? "stored" : "merged";
      case Map.Entry<?, ?> entry -> element(entry.getKey()) + "=" + element(entry.getValue());
      case Throwable thrown -> thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
      default -> String.valueOf(value);
    };
  }

  private static String list(Collection<?> values) {
    String shown =
        values.stream().limit(LISTED).map(Show::element).collect(Collectors.joining(", "));
    return values.size() <= LISTED
        ? "[" + shown + "]"
        : "[" + shown + ", ... " + values.size() + " in all]";
  }

  /** Text among others stands in quotes, so that its ends are seen. */
  private static String element(@Nullable Object value) {
    return value instanceof String text ? quoted(text) : of(value);
  }

  private static String map(Map<?, ?> map) {
    return list(map.entrySet());
  }

  /** A history whose events are given in words. */
  public static String of(History history, String events) {
    return "History[last=%d, %s, complete=%s]"
        .formatted(history.lastEventId(), events, history.complete());
  }

  /**
   * Text between quotes, with escapes for what cannot be seen.
   *
   * @param text any text
   * @return the text in quotes
   */
  public static String quoted(String text) {
    return Legible.quoted(text);
  }

  /**
   * An identifier: in quotes unless it consists of what everybody sees.
   *
   * @param id the identifier
   * @return its text
   */
  public static String id(String id) {
    return PLAIN.matcher(id).matches() ? id : quoted(id);
  }

  private static String token(LockToken token) {
    return switch (token) {
      case LockToken.OfInstance(String instanceId, long epoch) -> id(instanceId) + "#" + epoch;
      case LockToken.OfActivity(ActivityIdentity activity, long epoch) ->
          identity(activity) + "#" + epoch;
    };
  }

  /** All its fields, since two tasks that differ in one must be told apart. */
  private static String task(ActivityTask task) {
    return "%s %s %s%s%s for %s%s"
        .formatted(
            identity(task.identity()),
            task.name(),
            payload(task.input()),
            task.sessionId() == null ? "" : " session " + id(task.sessionId()),
            task.tag() == null ? "" : " tag " + id(task.tag()),
            id(task.orchestrationName()),
            task.orchestrationVersion() == null ? "" : " " + id(task.orchestrationVersion()));
  }

  private static String payload(Payload payload) {
    return "<%d bytes %08x>".formatted(payload.size(), checksum(payload));
  }

  /** By which payloads are told apart that are not shown. */
  static long checksum(Payload payload) {
    CRC32 sum = new CRC32();
    sum.update(payload.asByteBuffer());
    return sum.getValue();
  }

  private static String message(OrchestratorMessage message) {
    StringBuilder text =
        new StringBuilder(id(message.kind())).append("->").append(id(message.instanceId()));
    text.append(payload(message.body()));
    if (message.due() instanceof Due.At(var instant)) {
      text.append("@").append(instant);
    } else if (message.due() instanceof Due.In(var delay)) {
      text.append("+").append(delay);
    }
    if (message.start() != null) {
      text.append(" ").append(start(message.start()));
    }
    if (message.messageId() != null) {
      text.append(" id=").append(id(message.messageId()));
    }
    return text.append(message.discardIfUnknown() ? " discardIfUnknown" : "").toString();
  }

  private static String start(ExecutionStart start) {
    String parent = start.parentInstanceId() == null ? "" : " of " + id(start.parentInstanceId());
    return "start(" + id(start.name()) + " " + of(start.version()) + parent + ")";
  }

  private static String item(OrchestrationItem item) {
    return "%s(execution %d, delivery %d, %d messages, last event %d)"
        .formatted(
            token(item.lockToken()),
            item.executionId(),
            item.deliveryCount(),
            item.messages().size(),
            item.history().lastEventId());
  }

  private static String ack(OrchestrationAck ack) {
    return of(ack.lockToken()) + ", execution " + content(ack.content()) + changes(ack.changes());
  }

  private static String changes(List<Change> changes) {
    return changes.isEmpty() ? "" : ", changes=" + list(changes);
  }

  private static String content(TurnContent content) {
    ExecutionMetadata metadata = content.metadata();
    return content.executionId()
        + count(content.historyDelta(), "events")
        + count(content.activities(), "activities")
        + count(content.messages(), "messages")
        + count(content.cancelledActivities(), "cancelled")
        + Optional.ofNullable(metadata.name()).map(name -> ", name " + name).orElse("")
        + Optional.ofNullable(metadata.version()).map(version -> ", version " + version).orElse("")
        + Optional.ofNullable(metadata.status()).map(status -> ", " + status).orElse("")
        + claim(content.eager());
  }

  private static String claim(@Nullable Object eager) {
    return eager == null ? "" : ", " + of(eager);
  }

  private static String applied(AckResult.Applied applied) {
    StringBuilder text = new StringBuilder("Applied");
    if (!applied.eagerActivities().isEmpty()) {
      text.append(", claimed ").append(list(applied.eagerActivities()));
    }
    if (!applied.results().isEmpty()) {
      text.append(", results ").append(list(applied.results()));
    }
    return text.append(got(applied.eagerInstance(), applied.turnAhead())).toString();
  }

  private static String got(@Nullable OrchestrationItem item, @Nullable AckResult turnAhead) {
    return (item == null ? "" : ", claimed " + item(item))
        + (turnAhead == null ? "" : ", turn ahead " + of(turnAhead));
  }

  private static String count(Collection<?> values, String what) {
    return values.isEmpty() ? "" : ", " + values.size() + " " + what;
  }

  private static String identity(ActivityIdentity identity) {
    return id(identity.instanceId()) + "/" + identity.executionId() + "/" + identity.activityId();
  }

  private static String waiting(Duration waitUpTo) {
    return waitUpTo.isZero() ? "" : ", waitUpTo=" + waitUpTo;
  }
}
