// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.console.why.Explainer;
import dev.holdfast.console.why.Explanation;
import dev.holdfast.console.why.Situation;
import dev.holdfast.console.why.Situations;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code why}. */
@Command(
    name = "why",
    description = "Says why an instance is, or is not, moving, and what to do about it.")
final class WhyCommand extends StoreCommand {

  @Parameters(paramLabel = "ID", description = "the instance")
  private String instanceId = "";

  WhyCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Store store, Output output) {
    InstanceAdmin admin = store.admin();
    Situation situation;
    try {
      situation = Situations.read(admin, store.client(), instanceId);
    } catch (ProviderError.NotFound e) {
      throw Refusal.nothing(
          "the store knows nothing of \"%s\": it was never started, was deleted, or has another id; instances lists them"
              .formatted(instanceId));
    }
    Explanation why = new Explainer(output.moments().times()).explain(situation);
    if (output.isJson()) {
      output.object(object(situation, why));
    } else {
      output.heading(
          "%s  %s  %s".formatted(instanceId, situation.code(), why.standing().replace('-', ' ')));
      why.sentences().forEach(output::line);
      why.advice().forEach(advice -> output.line("→ " + advice));
    }
    return ExitCode.OK;
  }

  private static ObjectNode object(Situation it, Explanation why) {
    InstanceFacts facts = it.facts();
    ObjectNode object =
        JsonText.object()
            .put("instanceId", it.instanceId())
            .put("orchestration", it.code())
            .put("standing", why.standing());
    texts(object.putArray("sentences"), why.sentences());
    texts(object.putArray("advice"), why.advice());
    object
        .put("executionId", facts.executionId())
        .put("deliveryCount", facts.deliveryCount())
        .put("waitingMessages", facts.waitingMessages())
        .put("deliverableMessages", facts.deliverableMessages())
        .put("nextVisibleAt", JsonText.moment(facts.nextVisibleAt()))
        .put("lockedUntil", JsonText.moment(facts.lockedUntil()))
        .put("lockHolder", facts.lock() == null ? null : facts.lock().holder().name())
        .put("heldUntil", JsonText.moment(facts.heldUntil()))
        .put("pendingActivities", facts.pendingActivities());
    InstanceFacts.ActivityFacts activity = facts.oldestActivity();
    if (activity != null) {
      object
          .putObject("oldestActivity")
          .put("activityId", activity.identity().activityId())
          .put("name", activity.name())
          .put("since", JsonText.moment(activity.since()))
          .put("deliveryCount", activity.deliveryCount())
          .put("lockedUntil", activity.lock() == null ? null : activity.lock().until().toString())
          .put("lockHolder", activity.lock() == null ? null : activity.lock().holder().name())
          .put("heldUntil", JsonText.moment(activity.heldUntil()))
          .put("tag", activity.tag())
          .put("sessionId", activity.sessionId())
          .put("sessionOwner", activity.sessionOwner());
    }
    ArrayNode problems = object.putArray("problems");
    facts.problems().forEach(problem -> problems.add(Rows.problem(problem)));
    return object;
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
