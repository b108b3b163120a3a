// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.http.Request;
import dev.holdfast.console.http.Routes;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs and their steps. */
final class RunApi {

  private static final long STUCK_AFTER_SECONDS = 60;

  private final OpenStore store;

  RunApi(OpenStore store) {
    this.store = store;
  }

  void add(Routes routes) {
    routes.question("runs", this::runs);
    routes.question("runs/stuck", this::stuck);
    routes.question("run", this::run);
    routes.question("run/graph", request -> new RunGraph(store, tables()).of(runId(request)));
    routes.question("run/steps", this::steps);
    routes.question("run/step", this::step);
    routes.question("run/audit", this::audit);
  }

  private StateTables tables() {
    return store.need(Feature.STATE_TABLES, StateTables.class);
  }

  private static String runId(Request request) {
    return request.needed("id");
  }

  private ObjectNode runs(Request request) {
    String id = request.text("id");
    if (id != null) {
      ObjectNode object = Json.object();
      ArrayNode rows = object.putArray("rows");
      tables().run(id).ifPresent(run -> rows.add(json(run.summary())));
      return object.putNull("next");
    }
    RunQuery.Builder query =
        RunQuery.builder(store.limit(request))
            .statuses(
                request.words("status").stream()
                    .distinct()
                    .map(word -> InstanceJson.read(word, RunStatus.values()))
                    .toArray(RunStatus[]::new))
            .oldestFirst(request.flag("oldest"));
    String kind = request.text("kind");
    if (kind != null) {
      query.kinds(kind);
    }
    String page = request.text("page");
    RunQuery first = query.build();
    return rows(tables().runs(page == null ? first : first.from(page)));
  }

  private ObjectNode stuck(Request request) {
    long seconds = request.number("seconds", STUCK_AFTER_SECONDS, 0, Integer.MAX_VALUE);
    return rows(
        tables()
            .stuckRuns(Duration.ofSeconds(seconds), store.limit(request), request.text("page")));
  }

  private static ObjectNode rows(RunPage page) {
    ObjectNode object = Json.object();
    ArrayNode rows = object.putArray("rows");
    page.rows().forEach(row -> rows.add(json(row)));
    return object.put("next", page.nextPageToken());
  }

  private ObjectNode run(Request request) {
    String id = runId(request);
    Optional<Run> found = tables().run(id);
    Run run = found.orElseThrow(() -> HttpProblem.notFound("there is no run \"" + id + "\""));
    ObjectNode object = json(run.summary());
    object.put("lastError", store.veil().text(run.lastError()));
    store.veil().putWhole(object, "data", run.data());
    put(object, run.suspension());
    Map<StepStatus, Long> counts = tables().stepCounts(id);
    ObjectNode steps = object.putObject("steps");
    for (StepStatus status : StepStatus.values()) {
      Long count = counts.get(status);
      if (count != null && count > 0) {
        steps.put(status.label(), count);
      }
    }
    return object;
  }

  private ObjectNode steps(Request request) {
    Set<StepStatus> statuses =
        Set.of(
            request.words("status").stream()
                .distinct()
                .map(word -> InstanceJson.read(word, StepStatus.values()))
                .toArray(StepStatus[]::new));
    StepPage page =
        tables()
            .steps(
                new StepQuery(
                    Set.of(runId(request)), statuses, store.limit(request), request.text("page")));
    ObjectNode object = Json.object();
    ArrayNode rows = object.putArray("rows");
    page.steps().forEach(step -> rows.add(json(step)));
    return object.put("next", page.nextPageToken());
  }

  private ObjectNode step(Request request) {
    String stepId = request.needed("step");
    List<Step> found = tables().steps(runId(request), Set.of(stepId));
    if (found.isEmpty()) {
      throw HttpProblem.notFound("there is no step \"" + stepId + "\"");
    }
    Step step = found.getFirst();
    ObjectNode object = json(step.summary());
    object.put("lastError", store.veil().text(step.lastError()));
    store.veil().putWhole(object, "outputs", step.outputs());
    put(object, step.suspension());
    return object;
  }

  private void put(ObjectNode target, @Nullable Suspension suspension) {
    if (suspension == null) {
      return;
    }
    ObjectNode object =
        target
            .putObject("suspension")
            .put("stepId", suspension.stepId())
            .put("reason", store.veil().text(suspension.reason()));
    store.veil().putWhole(object, "state", suspension.state());
    store.veil().putWhole(object, "metadata", suspension.metadata());
  }

  private ObjectNode audit(Request request) {
    AuditPage page =
        store
            .need(Feature.AUDIT_LOG, AuditLog.class)
            .query(
                new AuditQuery(
                    AuditFilter.builder().runId(runId(request)).build(),
                    true,
                    store.limit(request),
                    request.text("page")));
    ObjectNode object = Json.object();
    ArrayNode rows = object.putArray("rows");
    page.rows()
        .forEach(one -> {
          ObjectNode row =
              rows.addObject()
                  .put("sequence", one.sequence())
                  .put("storedAt", Json.moment(one.storedAt()))
                  .put("stepId", one.entry().stepId())
                  .put("type", one.entry().type())
                  .put("happenedAt", Json.moment(one.entry().happenedAt()));
          store.veil().put(row, "data", one.entry().data());
        });
    return object.put("next", page.nextPageToken());
  }

  private static ObjectNode json(RunSummary run) {
    return Json.object()
        .put("runId", run.runId())
        .put("kind", run.kind())
        .put("status", run.status().label())
        .put("version", run.version())
        .put("attempt", run.attempt())
        .put("createdAt", Json.moment(run.times().createdAt()))
        .put("updatedAt", Json.moment(run.times().updatedAt()))
        .put("startedAt", Json.moment(run.times().startedAt()))
        .put("suspendedAt", Json.moment(run.times().suspendedAt()))
        .put("endedAt", Json.moment(run.times().endedAt()));
  }

  static ObjectNode json(StepSummary step) {
    return Json.object()
        .put("stepId", step.stepId())
        .put("status", step.status().label())
        .put("version", step.version())
        .put("attempt", step.attempt())
        .put("retryable", step.retryable())
        .put("createdAt", Json.moment(step.times().createdAt()))
        .put("updatedAt", Json.moment(step.times().updatedAt()))
        .put("scheduledAt", Json.moment(step.times().scheduledAt()))
        .put("startedAt", Json.moment(step.times().startedAt()))
        .put("suspendedAt", Json.moment(step.times().suspendedAt()))
        .put("endedAt", Json.moment(step.times().endedAt()));
  }
}
