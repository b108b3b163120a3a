// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.http.Request;
import dev.holdfast.console.http.Routes;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.InstanceState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What can be done to an instance. Each action has a path of its own under {@code instance/}. */
final class InstanceActions {

  private final OpenStore store;

  InstanceActions(OpenStore store) {
    this.store = store;
  }

  void add(Routes routes) {
    routes.action("instance/raise", this::raise);
    routes.action("instance/cancel", this::cancel);
    routes.action("instance/delete", this::delete);
  }

  private ObjectNode raise(Request request) {
    String id = request.bodyText("id");
    String event = request.bodyText("event");
    EncodedValue value = value(request.bodyTextIfAny("value"));
    InstanceState before = running(id, "would ignore the event");
    String messageId = request.bodyTextIfAny("messageId");
    if (messageId == null) {
      store.client().raise(id, event, value);
    } else {
      store.client().raise(id, event, value, messageId);
    }
    return Json.object()
        .put("instanceId", id)
        .put("event", event)
        .put("waitsForStart", before == InstanceState.NOT_FOUND);
  }

  private static EncodedValue value(@Nullable String json) {
    String text =
        Json.compact(json == null ? "null" : json)
            .orElseThrow(() ->
                HttpProblem.badRequest(
                    "the value is not JSON; a text needs quotes of its own: \"like this\""));
    return new EncodedValue(text, DataConverter.jackson());
  }

  private ObjectNode cancel(Request request) {
    String id = request.bodyText("id");
    if (running(id, "cannot be cancelled") == InstanceState.NOT_FOUND) {
      throw HttpProblem.notFound("there is no instance \"" + id + "\"");
    }
    String reason = request.bodyTextIfAny("reason");
    store.client().cancel(id, reason == null ? "cancelled in the console" : reason);
    return Json.object().put("instanceId", id).put("cancelRequested", true);
  }

  private InstanceState running(String id, String otherwise) {
    if (store.ask(StateTables.class).flatMap(tables -> tables.run(id)).isPresent()) {
      throw HttpProblem.conflict("\"" + id + "\" is a run; act on it as a run");
    }
    InstanceState state = store.client().status(id).state();
    if (state.isEnded()) {
      throw HttpProblem.conflict(
          "\"%s\" has ended (%s) and %s; nothing was done"
              .formatted(id, InstanceJson.word(state), otherwise));
    }
    return state;
  }

  private ObjectNode delete(Request request) {
    InstanceDeletion.Counts counts =
        store
            .need(Feature.INSTANCE_DELETION, InstanceDeletion.class)
            .delete(List.of(request.bodyText("id")), request.bodyFlag("force"));
    return Json.object()
        .put("instances", counts.instances())
        .put("executions", counts.executions())
        .put("events", counts.events())
        .put("messages", counts.messages())
        .put("activities", counts.activities());
  }
}
