// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.http.Request;
import dev.holdfast.console.http.Routes;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.ShardInfo;
import dev.holdfast.provider.stream.StreamEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Projections: how far they are, their rows, and what they have parked. */
final class ProjectionApi {

  private final OpenStore store;

  ProjectionApi(OpenStore store) {
    this.store = store;
  }

  void add(Routes routes) {
    routes.question("projections", this::projections);
    routes.question("projection", this::projection);
    routes.question("projection/rows", this::rows);
    routes.question("projection/parked", this::parked);
  }

  private Projections calls() {
    return store.need(Feature.PROJECTIONS, Projections.class);
  }

  private int limit(Request request) {
    return store
        .ask(EventStreams.class)
        .map(streams -> Math.min(store.limit(request), streams.limits().maxPageSize()))
        .orElse(store.limit(request));
  }

  /** They are few; a page begins behind a name. */
  private ObjectNode projections(Request request) {
    int limit = limit(request);
    String after = request.text("page");
    List<String> names =
        calls().projections().stream()
            .sorted()
            .filter(name -> after == null || name.compareTo(after) > 0)
            .toList();
    Lag lag = new Lag(store);
    ObjectNode object = Json.object();
    ArrayNode rows = object.putArray("rows");
    names.stream()
        .limit(limit)
        .map(calls()::projection)
        .flatMap(Optional::stream)
        .forEach(info -> rows.add(json(info, lag)));
    return object.put("next", names.size() > limit ? names.get(limit - 1) : null);
  }

  private ObjectNode projection(Request request) {
    return json(known(request), new Lag(store));
  }

  private ProjectionInfo known(Request request) {
    String name = request.needed("name");
    return calls()
        .projection(name)
        .orElseThrow(() -> HttpProblem.notFound("there is no projection \"" + name + "\""));
  }

  private ObjectNode rows(Request request) {
    Integer generation =
        request.text("generation") == null
            ? null
            : (Integer) (int) request.number("generation", 1, 1, Integer.MAX_VALUE);
    RowPage page =
        calls()
            .rows(
                new RowRead(
                    known(request).projection(),
                    generation,
                    request.text("prefix"),
                    request.text("page"),
                    limit(request)));
    ObjectNode object = Json.object().put("generation", page.generation());
    ArrayNode rows = object.putArray("rows");
    for (ProjectionRow one : page.rows()) {
      ObjectNode row = rows.addObject().put("key", one.key()).put("version", one.version());
      store.veil().put(row, "value", one.value());
    }
    return object.put("next", page.nextKey());
  }

  private ObjectNode parked(Request request) {
    ProjectionInfo info = known(request);
    int limit = limit(request);
    String after = request.text("page");
    List<ParkedEvent> parked =
        calls()
            .parked(
                info.projection(),
                (int) request.number("generation", info.live(), 1, Integer.MAX_VALUE),
                after == null ? LogPosition.START : LogPosition.parse(after),
                limit);
    ObjectNode object = Json.object();
    ArrayNode rows = object.putArray("rows");
    for (ParkedEvent one : parked) {
      rows.addObject()
          .put("position", one.position().toString())
          .put("category", one.stream().category())
          .put("id", one.stream().id())
          .put("version", one.version())
          .put("attempts", one.attempts())
          .put("parkedAt", Json.moment(one.parkedAt()))
          .put("error", store.veil().text(one.error()));
    }
    return object.put(
        "next", parked.size() < limit ? null : parked.getLast().position().toString());
  }

  private static ObjectNode json(ProjectionInfo info, Lag lag) {
    ObjectNode object =
        Json.object()
            .put("projection", info.projection())
            .put("live", info.live())
            .put("newest", info.newest())
            .put("head", lag.head());
    ArrayNode generations = object.putArray("generations");
    for (GenerationInfo build : info.generations()) {
      ObjectNode generation =
          generations
              .addObject()
              .put("generation", build.generation())
              .put("state", state(info, build))
              .put("parked", build.parked());
      ArrayNode shards = generation.putArray("shards");
      for (ShardInfo shard : build.shards()) {
        shards
            .addObject()
            .put("checkpoint", shard.checkpoint().toString())
            .put("lagsSince", Json.moment(lag.since(shard.checkpoint())))
            .put("updatedAt", Json.moment(shard.updatedAt()));
      }
    }
    return object;
  }

  private static String state(ProjectionInfo info, GenerationInfo build) {
    if (build.generation() == info.live()) {
      return "live";
    }
    return build.generation() < info.live() ? "former" : "next";
  }

  /** How far checkpoints are behind the log. Not thread-safe. */
  private static final class Lag {

    private final @Nullable EventStreams streams;
    private final @Nullable LogHead head;
    private final Map<LogPosition, Optional<Instant>> known = new HashMap<>();

    Lag(OpenStore store) {
      streams = store.ask(EventStreams.class).orElse(null);
      head = streams == null ? null : streams.head();
    }

    @Nullable String head() {
      return head == null ? null : head.position().toString();
    }

    /** {@return when the oldest event behind a checkpoint was recorded, null when there is none} */
    @Nullable Instant since(LogPosition checkpoint) {
      if (streams == null || head == null || !checkpoint.isBefore(head.position())) {
        return null;
      }
      EventStreams log = streams;
      return known
          .computeIfAbsent(
              checkpoint,
              place ->
                  log.readLog(LogRead.after(place, 1)).events().stream()
                      .findFirst()
                      .map(StreamEvent::recordedAt))
          .orElse(null);
    }
  }
}
