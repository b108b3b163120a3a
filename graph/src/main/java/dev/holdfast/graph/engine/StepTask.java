// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.graph.plan.Decision;
import dev.holdfast.graph.plan.StreamTarget;
import dev.holdfast.graph.plan.ValueRef;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a worker needs to do a step: it may have the code of the step's type without having the
 * definition of the graph.
 *
 * @param stepId the id of the step's row
 * @param attempt the attempt that it was scheduled as
 * @param inputs where its inputs are
 * @param timeout how long an attempt may take, null for as long as it likes
 * @param onlyErrors as in {@link RetryPolicy}
 * @param nonRetryableErrors as in {@link RetryPolicy}
 * @param streams what it sends and receives
 * @param trace the context of the turn that scheduled it; null for none
 */
record StepTask(
    String stepId,
    int attempt,
    Map<String, ValueRef> inputs,
    @Nullable Duration timeout,
    Set<String> onlyErrors,
    Set<String> nonRetryableErrors,
    TaskStreams streams,
    @Nullable String trace) {

  private static final String PREFIX = "graph:";

  static StepTask of(Decision.Schedule task, List<StreamTarget> targets, @Nullable String trace) {
    StepDefinition step = task.step();
    return new StepTask(
        task.stepId(),
        task.attempt(),
        task.inputs(),
        step.timeout(),
        step.retry().onlyErrors(),
        step.retry().nonRetryableErrors(),
        TaskStreams.of(task, targets),
        trace);
  }

  /** Returns the name of the activities of a step type; those of other engines have others. */
  static String activity(String type) {
    return PREFIX + type;
  }

  /** Returns the name of the activity of a step, which is none of a group. */
  static String activity(StepDefinition step) {
    if (step.body() instanceof StepBody.Task(String type)) {
      return activity(type);
    }
    throw new IllegalStateException("step \"" + step.id() + "\" is a graph, and no activity");
  }

  /** Whether an error is one after which the step may be tried again. */
  boolean retries(Throwable error) {
    return new RetryPolicy(1, Duration.ZERO, 1, Duration.ZERO, onlyErrors, nonRetryableErrors)
        .retries(error);
  }

  Payload payload() {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("step", stepId);
    fields.put("attempt", attempt);
    fields.put("inputs", ValueRefJson.write(inputs));
    if (timeout != null) {
      fields.put("timeout", timeout.toString());
    }
    if (!onlyErrors.isEmpty()) {
      fields.put("only", new TreeSet<>(onlyErrors));
    }
    if (!nonRetryableErrors.isEmpty()) {
      fields.put("not", new TreeSet<>(nonRetryableErrors));
    }
    streams.write(fields);
    if (trace != null) {
      fields.put("trace", trace);
    }
    return Payload.utf8(Jsons.write(fields));
  }

  static StepTask of(ActivityTask task) {
    try {
      JsonNode json = Jsons.read(task.input().asUtf8());
      JsonNode timeout = json.get("timeout");
      JsonNode trace = json.get("trace");
      return new StepTask(
          json.required("step").stringValue(),
          json.required("attempt").intValue(),
          ValueRefJson.read(json.required("inputs")),
          timeout == null ? null : Duration.parse(timeout.stringValue()),
          texts(json.get("only")),
          texts(json.get("not")),
          TaskStreams.read(json),
          trace == null ? null : trace.stringValue());
    } catch (RuntimeException e) {
      throw new UnreadableRowException(
          "activity %s cannot be read: %s".formatted(task.identity(), e.getMessage()), e);
    }
  }

  static Set<String> texts(@Nullable JsonNode list) {
    Set<String> texts = new TreeSet<>();
    if (list != null) {
      list.forEach(text -> texts.add(text.stringValue()));
    }
    return texts;
  }
}
