// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.Suspension;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The steps that somebody has resumed while nothing may begin in their run, because it is paused or
 * has failed. They are kept in the run's row until it goes on. Each names the beginning of its
 * suspension, so one that has been done means nothing any more, and need not be removed. Immutable.
 */
final class HeldResumptions {

  private static final String FIELD = "resumed";

  private final @Nullable Suspension stored;
  private final ObjectNode state;
  private final Map<String, Instant> suspendedAt;

  private HeldResumptions(
      @Nullable Suspension stored, ObjectNode state, Map<String, Instant> suspendedAt) {
    this.stored = stored;
    this.state = state;
    this.suspendedAt = suspendedAt;
  }

  /** Reads what the row of a run holds. */
  static HeldResumptions of(Run run) {
    Suspension suspension = run.suspension();
    Payload payload = suspension == null ? null : suspension.state();
    ObjectNode state = JsonNodeFactory.instance.objectNode();
    Map<String, Instant> held = new TreeMap<>();
    if (payload != null) {
      try {
        state = (ObjectNode) Jsons.read(payload.asUtf8());
        for (Map.Entry<String, JsonNode> one : state.path(FIELD).properties()) {
          held.put(one.getKey(), Instant.parse(one.getValue().stringValue()));
        }
      } catch (RuntimeException e) {
        throw new UnreadableRowException(
            "the suspension of run \"%s\" cannot be read: %s"
                .formatted(run.summary().runId(), e.getMessage()),
            e);
      }
    }
    return new HeldResumptions(suspension, state, held);
  }

  List<RunMessage.ResumeStep> all() {
    List<RunMessage.ResumeStep> all = new ArrayList<>();
    suspendedAt.forEach((step, at) -> all.add(new RunMessage.ResumeStep(step, at)));
    return all;
  }

  /** Returns what the row holds with more of them; null when it has them already. */
  @Nullable Suspension with(List<RunMessage.ResumeStep> more) {
    Map<String, Instant> held = new TreeMap<>(suspendedAt);
    more.forEach(one -> held.put(one.stepId(), one.suspendedAt()));
    if (held.equals(suspendedAt)) {
      return null;
    }
    ObjectNode texts = JsonNodeFactory.instance.objectNode();
    held.forEach((step, at) -> texts.put(step, at.toString()));
    ObjectNode all = state.deepCopy();
    all.set(FIELD, texts);
    Suspension.Builder suspension = stored == null ? Suspension.builder() : stored.toBuilder();
    return suspension.state(Payload.utf8(Jsons.write(all))).build();
  }
}
