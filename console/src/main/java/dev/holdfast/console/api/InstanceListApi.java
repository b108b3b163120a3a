// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.http.Request;
import dev.holdfast.console.http.Routes;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The list of instances. */
final class InstanceListApi {

  private final OpenStore store;

  InstanceListApi(OpenStore store) {
    this.store = store;
  }

  void add(Routes routes) {
    routes.question("instances", this::list);
  }

  private ObjectNode list(Request request) {
    String id = request.text("id");
    if (id != null) {
      return one(id);
    }
    InstancePage page =
        store
            .admin()
            .list(
                new InstanceQuery(
                    filter(request),
                    request.flag("oldest"),
                    store.limit(request),
                    request.text("page")));
    ObjectNode object = Json.object();
    ArrayNode rows = object.putArray("rows");
    page.rows().forEach(row -> rows.add(InstanceJson.of(row)));
    return object.put("next", page.nextPageToken());
  }

  /** An instance is found by its id before its first turn too. */
  private ObjectNode one(String id) {
    ObjectNode object = Json.object();
    ArrayNode rows = object.putArray("rows");
    try {
      rows.add(InstanceJson.of(store.admin().instance(id).summary()));
    } catch (ProviderError.NotFound e) {
      InstanceStatus status = store.client().status(id);
      if (status.state() != InstanceState.NOT_FOUND) {
        rows.addObject()
            .put("instanceId", id)
            .put("name", status.name())
            .put("executionId", status.executionId())
            .put("status", InstanceJson.word(status.state()));
      }
    }
    return object.putNull("next");
  }

  private static InstanceFilter filter(Request request) {
    InstanceFilter.Builder filter = InstanceFilter.builder();
    String name = request.text("name");
    if (name != null) {
      filter.name(name);
    }
    filter.statuses(InstanceJson.statuses(request.words("status")));
    filter.createdAt(
        new TimeRange(moment("since", request.text("since")), moment("to", request.text("to"))));
    String parent = request.text("parent");
    if (parent != null) {
      filter.parentInstanceId(parent);
    }
    if (request.flag("roots")) {
      filter.rootsOnly();
    }
    if (request.text("tries") != null) {
      filter.minAttempts((int) request.number("tries", 1, 1, Integer.MAX_VALUE));
    }
    return filter.build();
  }

  private static @Nullable Instant moment(String name, @Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      throw HttpProblem.badRequest(
          "the parameter \"" + name + "\" is no moment such as 2026-01-31T18:00:00Z");
    }
  }
}
