// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.plan.Decision;
import dev.holdfast.graph.plan.StreamTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The streams of a step, as they travel with its activity.
 *
 * @param sends where what it sends goes
 * @param receives the most messages of a batch, by the names that it receives under
 * @param ended of the streams that it receives those in which nothing comes any more beside what
 *     waits
 */
record TaskStreams(List<StreamTarget> sends, Map<String, Integer> receives, Set<String> ended) {

  static final TaskStreams NONE = new TaskStreams(List.of(), Map.of(), Set.of());

  static TaskStreams of(Decision.Schedule task, List<StreamTarget> sends) {
    if (sends.isEmpty() && task.step().receives().isEmpty()) {
      return NONE;
    }
    Map<String, Integer> receives = new TreeMap<>();
    task.step().receives().forEach((port, in) -> receives.put(port, in.batch()));
    return new TaskStreams(sends, receives, task.endedStreams());
  }

  boolean receivesAny() {
    return !receives.isEmpty();
  }

  void write(Map<String, Object> fields) {
    if (!sends.isEmpty()) {
      fields.put(
          "sends",
          sends.stream()
              .map(to -> List.of(to.stream(), to.stepId(), to.port(), to.capacity()))
              .toList());
    }
    if (!receives.isEmpty()) {
      fields.put("receives", receives);
    }
    if (!ended.isEmpty()) {
      fields.put("ended", new TreeSet<>(ended));
    }
  }

  static TaskStreams read(JsonNode json) {
    JsonNode to = json.get("sends");
    @Nullable JsonNode from = json.get("receives");
    if (to == null && from == null) {
      return NONE;
    }
    List<StreamTarget> sends = new ArrayList<>();
    if (to != null) {
      to.forEach(one ->
          sends.add(
              new StreamTarget(
                  one.get(0).stringValue(),
                  one.get(1).stringValue(),
                  one.get(2).stringValue(),
                  one.get(3).intValue())));
    }
    Map<String, Integer> receives = new TreeMap<>();
    if (from != null) {
      from.properties().forEach(e -> receives.put(e.getKey(), e.getValue().intValue()));
    }
    return new TaskStreams(List.copyOf(sends), receives, StepTask.texts(json.get("ended")));
  }
}
