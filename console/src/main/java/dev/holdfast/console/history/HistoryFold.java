// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.history;

import dev.holdfast.console.history.Span.Kind;
import dev.holdfast.console.history.Span.Outcome;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.HistoryEvent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What events say together: how an execution stood behind the last of them. It knows the kinds of
 * the runtime's events by their stored names; others are points in time to it. Not thread-safe.
 */
public final class HistoryFold {

  /** An event that is no part of a span. */
  public record Point(long event, Instant at, String kind, @Nullable String label) {}

  private final Map<Long, Span> spans = new LinkedHashMap<>();
  private final List<Point> points = new ArrayList<>();
  private @Nullable Instant firstAt;
  private @Nullable Instant lastAt;
  private long lastEvent;
  private String standing = "running";

  /** Creates one that has seen no event. */
  public HistoryFold() {}

  /** Adds the next event. */
  public void add(HistoryEvent event) {
    JsonNode data = Json.parse(event.data().toByteArray()).orElseGet(MissingNode::getInstance);
    if (firstAt == null) {
      firstAt = event.recordedAt();
    }
    lastAt = event.recordedAt();
    lastEvent = event.eventId();
    switch (event.kind()) {
      case "ActivityScheduled" -> open(event, data, Kind.ACTIVITY, data.path("name").asString("?"));
      case "TimerCreated" -> open(event, data, Kind.TIMER, "timer");
      case "ChildScheduled" -> open(event, data, Kind.CHILD, data.path("name").asString("?"));
      case "ActivityCompleted", "ChildCompleted" ->
          end(event, data.path("scheduledId").asLong(0), Outcome.DONE);
      case "TimerFired" -> end(event, data.path("timerId").asLong(0), Outcome.DONE);
      case "ActivityFailed", "ChildFailed" ->
          end(event, data.path("scheduledId").asLong(0), Outcome.FAILED);
      case "ActivityCancelled", "ChildCancelled" ->
          end(event, data.path("scheduledId").asLong(0), Outcome.CANCELLED);
      case "TimerCancelled" -> end(event, data.path("timerId").asLong(0), Outcome.CANCELLED);
      default -> point(event, data);
    }
  }

  private void open(HistoryEvent event, JsonNode data, Kind kind, String name) {
    spans.put(
        event.eventId(),
        new Span(
            kind,
            name,
            data.path("attempt").asInt(1),
            event.eventId(),
            event.recordedAt(),
            kind == Kind.TIMER ? moment(data.path("fireAt").asString("")) : null,
            kind == Kind.CHILD ? data.path("instanceId").asString("?") : null,
            null,
            null,
            Outcome.OPEN));
  }

  private static @Nullable Instant moment(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private void end(HistoryEvent event, long of, Outcome outcome) {
    spans.computeIfPresent(
        of,
        (id, span) ->
            span.outcome() == Outcome.OPEN
                ? span.ended(event.eventId(), event.recordedAt(), outcome)
                : span);
  }

  private void point(HistoryEvent event, JsonNode data) {
    points.add(
        new Point(
            event.eventId(), event.recordedAt(), event.kind(), Labels.of(event.kind(), data)));
    switch (event.kind()) {
      case "CancelRequested" -> standing = "cancelling";
      case "OrchestrationCompleted" -> standing = "completed";
      case "ContinuedAsNew" -> standing = "continued-as-new";
      case "OrchestrationFailed" ->
          standing = data.path("cancelled").asBoolean(false) ? "cancelled" : "failed";
      default -> {}
    }
  }

  /** {@return what was asked for, in its order} */
  public Collection<Span> spans() {
    return List.copyOf(spans.values());
  }

  /** {@return what was asked for and has not ended} */
  public List<Span> open() {
    return spans.values().stream().filter(span -> span.outcome() == Outcome.OPEN).toList();
  }

  /** {@return how many spans of a kind have ended in a way} */
  public long count(Kind kind, Outcome outcome) {
    return spans.values().stream()
        .filter(span -> span.kind() == kind && span.outcome() == outcome)
        .count();
  }

  /** {@return the other events} */
  public List<Point> points() {
    return List.copyOf(points);
  }

  /** {@return when the first event was recorded, null before it} */
  public @Nullable Instant firstAt() {
    return firstAt;
  }

  /** {@return when the last event was recorded, null before the first one} */
  public @Nullable Instant lastAt() {
    return lastAt;
  }

  /** {@return the id of the last event, 0 before the first one} */
  public long lastEvent() {
    return lastEvent;
  }

  /** {@return how the execution stood, in a word} */
  public String standing() {
    return standing;
  }
}
