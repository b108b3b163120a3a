// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.http.Request;
import dev.holdfast.console.http.Routes;
import dev.holdfast.console.json.Json;
import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphException;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RunNotFoundException;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.ObjectNode;

/** What can be done to a run of a graph. Each action has a path of its own under {@code run/}. */
final class RunActions {

  private final OpenStore store;

  RunActions(OpenStore store) {
    this.store = store;
  }

  void add(Routes routes) {
    routes.action("run/pause", request -> act(request, GraphClient::pause));
    routes.action("run/resume", request -> act(request, GraphClient::resume));
    routes.action("run/restart", request -> act(request, GraphClient::restart));
    routes.action("run/cancel", this::cancel);
  }

  private ObjectNode cancel(Request request) {
    String reason = request.bodyTextIfAny("reason");
    return act(
        request,
        (client, id) -> client.cancel(id, reason == null ? "cancelled in the console" : reason));
  }

  private ObjectNode act(Request request, BiConsumer<GraphClient, String> action) {
    String id = request.bodyText("id");
    try {
      action.accept(Graphs.client(store.provider()), id);
    } catch (RunNotFoundException e) {
      throw HttpProblem.notFound(String.valueOf(e.getMessage()));
    } catch (GraphException e) {
      throw HttpProblem.conflict(String.valueOf(e.getMessage()));
    }
    return Json.object().put("runId", id).put("asked", true);
  }
}
