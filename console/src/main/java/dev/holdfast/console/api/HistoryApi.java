// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.history.HistoryFold;
import dev.holdfast.console.history.Labels;
import dev.holdfast.console.history.Span;
import dev.holdfast.console.history.Span.Kind;
import dev.holdfast.console.history.Span.Outcome;
import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.http.Request;
import dev.holdfast.console.http.Routes;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import java.time.Instant;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** The history of an execution, in rows, in time, and as it was at one of its events. */
final class HistoryApi {

  private static final int PAGE = 500;

  /** So much is read for a picture; more could not be told apart in it. */
  private static final int LARGEST_PICTURE = 5_000;

  private final OpenStore store;

  HistoryApi(OpenStore store) {
    this.store = store;
  }

  void add(Routes routes) {
    routes.question("instance/history", this::history);
    routes.question("instance/event", this::event);
    routes.question("instance/timeline", this::timeline);
  }

  private long execution(Request request, String id) {
    long current = store.provider().latestExecutionId(id).orElse(1);
    return request.number("execution", current, 1, Long.MAX_VALUE);
  }

  private ObjectNode history(Request request) {
    String id = request.needed("id");
    long execution = execution(request, id);
    History page =
        store
            .provider()
            .readHistory(
                id, execution, request.number("after", 0, 0, Long.MAX_VALUE), store.limit(request));
    ObjectNode object = Json.object().put("executionId", execution);
    ArrayNode rows = object.putArray("rows");
    page.events().forEach(event -> rows.add(row(event)));
    if (page.complete() || page.events().isEmpty()) {
      object.putNull("next");
    } else {
      object.put("next", page.events().getLast().eventId());
    }
    return object;
  }

  private ObjectNode row(HistoryEvent event) {
    ObjectNode row = head(event);
    store.veil().put(row, "data", event.data());
    return row;
  }

  private static ObjectNode head(HistoryEvent event) {
    return Json.object()
        .put("eventId", event.eventId())
        .put("kind", event.kind())
        .put(
            "label",
            Labels.of(
                event.kind(),
                Json.parse(event.data().toByteArray()).orElseGet(MissingNode::getInstance)))
        .put("recordedAt", Json.moment(event.recordedAt()));
  }

  private ObjectNode event(Request request) {
    String id = request.needed("id");
    long number = request.number("event", 1, 1, Long.MAX_VALUE);
    return store.provider().readHistory(id, execution(request, id), number - 1, 1).events().stream()
        .filter(event -> event.eventId() == number)
        .findFirst()
        .map(event -> {
          ObjectNode row = head(event);
          store.veil().putWhole(row, "data", event.data());
          return row;
        })
        .orElseThrow(() -> HttpProblem.notFound("there is no event " + number));
  }

  /** What events say together, all of them or those up to one. */
  private ObjectNode timeline(Request request) {
    String id = request.needed("id");
    long execution = execution(request, id);
    long until = request.number("until", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    HistoryFold fold = new HistoryFold();
    long read = 0;
    boolean more = true;
    long last = 0;
    while (more && read < LARGEST_PICTURE && last < until) {
      History page = store.provider().readHistory(id, execution, last, PAGE);
      for (HistoryEvent event : page.events()) {
        if (event.eventId() > until) {
          break;
        }
        fold.add(event);
        last = event.eventId();
        read++;
      }
      more = !page.complete() && !page.events().isEmpty();
      if (!page.events().isEmpty() && page.events().getLast().eventId() > until) {
        break;
      }
    }
    return json(fold, execution).put("cut", read >= LARGEST_PICTURE && more);
  }

  private static ObjectNode json(HistoryFold fold, long execution) {
    ObjectNode object =
        Json.object()
            .put("executionId", execution)
            .put("standing", fold.standing())
            .put("lastEvent", fold.lastEvent())
            .put("firstAt", Json.moment(fold.firstAt()))
            .put("lastAt", Json.moment(fold.lastAt()))
            .put("now", Json.moment(Instant.now()))
            .put("activitiesDone", fold.count(Kind.ACTIVITY, Outcome.DONE))
            .put("activitiesFailed", fold.count(Kind.ACTIVITY, Outcome.FAILED));
    ArrayNode spans = object.putArray("spans");
    for (Span span : fold.spans()) {
      spans
          .addObject()
          .put("kind", InstanceJson.word(span.kind()))
          .put("name", span.name())
          .put("attempt", span.attempt())
          .put("startEvent", span.startEvent())
          .put("startAt", Json.moment(span.startAt()))
          .put("due", Json.moment(span.due()))
          .put("instanceId", span.instanceId())
          .put("endEvent", span.endEvent())
          .put("endAt", Json.moment(span.endAt()))
          .put("outcome", InstanceJson.word(span.outcome()));
    }
    ArrayNode points = object.putArray("points");
    for (HistoryFold.Point point : fold.points()) {
      points
          .addObject()
          .put("event", point.event())
          .put("at", Json.moment(point.at()))
          .put("kind", point.kind())
          .put("label", point.label());
    }
    return object;
  }
}
