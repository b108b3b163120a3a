// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.Request;
import dev.holdfast.console.http.Routes;
import dev.holdfast.console.json.Json;
import dev.holdfast.console.why.Explainer;
import dev.holdfast.console.why.Explanation;
import dev.holdfast.console.why.Situation;
import dev.holdfast.console.why.Situations;
import dev.holdfast.console.why.Times;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDetails;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.TreeMember;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One instance: how it stands, why, its tree, its key-values. */
final class InstanceApi {

  private static final int LARGEST_TREE = 200;
  private static final int HIGHEST_TREE = 20;

  private final OpenStore store;

  InstanceApi(OpenStore store) {
    this.store = store;
  }

  void add(Routes routes) {
    routes.question("instance", this::instance);
    routes.question("instance/why", this::why);
    routes.question("instance/tree", this::tree);
    routes.question("instance/keys", this::keys);
  }

  private ObjectNode instance(Request request) {
    String id = request.needed("id");
    InstanceAdmin admin = store.admin();
    InstanceStatus status = store.client().status(id);
    InstanceDetails details;
    try {
      details = admin.instance(id);
    } catch (ProviderError.NotFound e) {
      return notYet(id, status);
    }
    ObjectNode object =
        InstanceJson.of(details.summary()).put("state", InstanceJson.word(status.state()));
    putInput(object, id, details.summary().executionId());
    store.veil().putWhole(object, "output", details.output());
    putFailure(object, status.failure());
    store
        .ask(CustomStatus.class)
        .flatMap(calls -> calls.read(id, 0))
        .ifPresent(reading -> store.veil().putWhole(object, "customStatus", reading.value()));
    putNumbers(object, admin.stats(id));
    ArrayNode executions = object.putArray("executions");
    admin.executions(id).forEach(row -> executions.add(execution(row)));
    ArrayNode problems = object.putArray("problems");
    for (InstanceStatus.Problem problem : status.problems()) {
      problems
          .addObject()
          .put("activityName", problem.activity())
          .put("text", store.veil().text(problem.text()))
          .put("reportedAt", Json.moment(problem.since()));
    }
    return object;
  }

  /** An instance that has no row: it is not there, or its start is only queued. */
  private ObjectNode notYet(String id, InstanceStatus status) {
    if (status.state() == InstanceState.NOT_FOUND) {
      store.admin().facts(id); // says that nothing is known of it; else messages wait for it
    }
    return Json.object()
        .put("instanceId", id)
        .put("name", status.name())
        .put("executionId", status.executionId())
        .put("state", InstanceJson.word(status.state()))
        .put("status", InstanceJson.word(status.state()));
  }

  /** Other engines than the runtime's may say nothing of an input. */
  private void putInput(ObjectNode object, String id, long executionId) {
    List<HistoryEvent> first;
    try {
      first = store.provider().readHistory(id, executionId, 0, 1).events();
    } catch (ProviderError.CorruptData e) {
      return; // the rest can be shown; the history says what is wrong
    }
    if (first.isEmpty() || !first.getFirst().kind().equals("OrchestrationStarted")) {
      return;
    }
    Optional<JsonNode> data = Json.parse(first.getFirst().data().toByteArray());
    JsonNode input = data.map(node -> node.get("input")).orElse(null);
    if (input != null) {
      store.veil().putWhole(object, "input", Payload.utf8(Json.write(input)));
    }
  }

  private void putFailure(ObjectNode object, @Nullable Failure failure) {
    if (failure == null) {
      return;
    }
    ArrayNode causes = object.putArray("failure");
    for (Failure one = failure; one != null; one = one.cause()) {
      causes
          .addObject()
          .put("type", one.type())
          .put("message", store.veil().text(one.message()))
          .set("stack", Json.texts(one.stack()));
    }
  }

  private static void putNumbers(ObjectNode object, InstanceStats stats) {
    object
        .put("events", stats.totalEvents())
        .put("eventBytes", stats.totalEventBytes())
        .put("queuedMessages", stats.queuedMessages())
        .put("pendingActivities", stats.pendingActivities())
        .put("keys", stats.keys());
  }

  private ObjectNode execution(ExecutionDetails row) {
    ObjectNode object =
        Json.object()
            .put("executionId", row.executionId())
            .put("status", InstanceJson.word(row.status()))
            .put("startedAt", Json.moment(row.startedAt()))
            .put("completedAt", Json.moment(row.completedAt()))
            .put("events", row.eventCount());
    store.veil().put(object, "output", row.output());
    return object;
  }

  private ObjectNode why(Request request) {
    String id = request.needed("id");
    Situation situation = veiled(Situations.read(store.admin(), store.client(), id));
    Explanation why = new Explainer(new Times(zone(request))).explain(situation);
    InstanceFacts facts = situation.facts();
    ObjectNode object =
        Json.object()
            .put("instanceId", id)
            .put("orchestration", situation.code())
            .put("standing", why.standing());
    object.set("sentences", Json.texts(why.sentences()));
    object.set("advice", Json.texts(why.advice()));
    return object
        .put("deliveryCount", facts.deliveryCount())
        .put("waitingMessages", facts.waitingMessages())
        .put("deliverableMessages", facts.deliverableMessages())
        .put("nextVisibleAt", Json.moment(facts.nextVisibleAt()))
        .put("lockedUntil", Json.moment(facts.lockedUntil()))
        .put("heldUntil", Json.moment(facts.heldUntil()))
        .put("pendingActivities", facts.pendingActivities());
  }

  private static ZoneId zone(Request request) {
    String zone = request.text("zone");
    try {
      return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }

  /** Reports of workers and messages of failures may have parts of payloads in them. */
  private Situation veiled(Situation it) {
    if (!store.veil().hides()) {
      return it;
    }
    InstanceFacts facts = it.facts();
    InstanceStatus status = it.status();
    Failure failure = status.failure();
    return new Situation(
        it.instanceId(),
        new InstanceFacts(
            facts.executionId(),
            facts.status(),
            facts.lock(),
            facts.heldUntil(),
            facts.deliveryCount(),
            facts.waitingMessages(),
            facts.deliverableMessages(),
            facts.nextVisibleAt(),
            facts.pinnedVersion(),
            facts.missingStart(),
            facts.pendingActivities(),
            facts.oldestActivity(),
            facts.problems().stream().map(this::veiled).toList()),
        new InstanceStatus(
            status.instanceId(),
            status.state(),
            status.executionId(),
            status.name(),
            status.output(),
            failure == null ? null : failure.withMessage(store.veil().text(failure.message())),
            status.problems(),
            status.ofOtherEngine()),
        it.code(),
        it.runningChildren(),
        it.now());
  }

  private Problem veiled(Problem problem) {
    String text = store.veil().text(problem.text());
    return new Problem(
        problem.activityId(),
        problem.activityName(),
        text == null ? "" : text,
        problem.reportedAt());
  }

  private ObjectNode tree(Request request) {
    String id = request.needed("id");
    InstanceAdmin admin = store.admin();
    ObjectNode object = Json.object();
    Deque<ObjectNode> above = above(admin, id);
    ArrayNode ancestors = object.putArray("ancestors");
    above.forEach(ancestors::add);
    ArrayNode members = object.putArray("members");
    List<TreeMember> tree = admin.tree(id);
    for (TreeMember member : tree.subList(0, Math.min(LARGEST_TREE, tree.size()))) {
      summary(admin, member.instanceId()).ifPresent(members::add);
    }
    return object.put("size", tree.size()).put("cut", tree.size() > LARGEST_TREE);
  }

  /** The instances above one, from the top; a circle ends. */
  private static Deque<ObjectNode> above(InstanceAdmin admin, String id) {
    Deque<ObjectNode> above = new ArrayDeque<>();
    Set<String> seen = new HashSet<>(Set.of(id));
    Optional<String> parent = admin.parent(id);
    while (parent.isPresent() && above.size() < HIGHEST_TREE && seen.add(parent.get())) {
      Optional<ObjectNode> row = summary(admin, parent.get());
      if (row.isEmpty()) {
        break;
      }
      above.addFirst(row.get());
      JsonNode next = row.get().path("parentInstanceId");
      parent = next.isString() ? Optional.of(next.stringValue()) : Optional.empty();
    }
    return above;
  }

  private static Optional<ObjectNode> summary(InstanceAdmin admin, String id) {
    try {
      return Optional.of(InstanceJson.of(admin.instance(id).summary()));
    } catch (ProviderError.NotFound e) {
      return Optional.empty(); // deleted meanwhile
    }
  }

  private ObjectNode keys(Request request) {
    KeyValues calls = store.need(Feature.KEY_VALUES, KeyValues.class);
    ObjectNode object = Json.object();
    ArrayNode rows = object.putArray("rows");
    new TreeMap<>(calls.readAll(request.needed("id")))
        .forEach((key, value) -> {
          ObjectNode row = rows.addObject().put("key", key);
          store.veil().put(row, "value", value.value());
          row.put("updatedAt", Json.moment(value.lastUpdatedAt()));
        });
    return object;
  }
}
