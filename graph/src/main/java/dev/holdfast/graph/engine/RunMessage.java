// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.RunSummary;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is said to a run. The rows are the truth; most messages only say that they have moved. */
sealed interface RunMessage {

  /**
   * The run begins.
   *
   * @param trace the context of the span that started it; null for none
   */
  record Start(JsonNode inputs, @Nullable String trace) implements RunMessage {}

  /** An attempt of a step has ended, or has suspended itself. */
  record StepMoved(String stepId, boolean cancelSiblings) implements RunMessage {}

  /** The rows are to be looked at: time has passed, or somebody has changed them. */
  record Look() implements RunMessage {}

  /** Something has come into the inbox of a step. */
  record InputCame(String stepId) implements RunMessage {}

  /** A run is cancelled that had no row yet when it was asked for. */
  record Cancel(String reason) implements RunMessage {}

  /** A step is to come back from the suspension that began at this time. */
  record ResumeStep(String stepId, Instant suspendedAt) implements RunMessage {}

  /**
   * The run is to be recovered, if its row is still as the recoverer has seen it.
   *
   * @param left whether the execution that it leaves is marked as such already
   */
  record Recover(long seenVersion, int maxAttempts, boolean left) implements RunMessage {

    /** The recovery that was asked for, if the row is still so. */
    static @Nullable Recover in(List<RunMessage> asked, RunSummary run) {
      for (RunMessage message : asked) {
        if (message instanceof Recover recover && recover.seenVersion() == run.version()) {
          return recover;
        }
      }
      return null;
    }
  }

  /** A message that this version of the engine does not know. */
  record Unknown(String kind) implements RunMessage {}

  static OrchestratorMessage start(
      String runId, String graph, String version, JsonNode inputs, @Nullable String trace) {
    return message(
            runId,
            "graph.start",
            trace == null ? Map.of("inputs", inputs) : Map.of("inputs", inputs, "trace", trace))
        .start(new ExecutionStart(graph, version, null))
        .messageId("start")
        .build();
  }

  /** The completion of an activity. */
  static OrchestratorMessage stepMoved(String runId, String stepId, boolean cancelSiblings) {
    return message(
            runId,
            "graph.step",
            cancelSiblings ? Map.of("step", stepId, "siblings", "cancel") : Map.of("step", stepId))
        .discardIfUnknown(true)
        .build();
  }

  static OrchestratorMessage look(String runId) {
    return message(runId, "graph.look", Map.of()).discardIfUnknown(true).build();
  }

  /**
   * A look at a certain time; the same time is stored once. The store cuts finer digits than
   * microseconds off, and a look must not come before its time: it would not be stored again.
   */
  static OrchestratorMessage lookAt(String runId, Instant exact) {
    Instant cut = exact.truncatedTo(ChronoUnit.MICROS);
    Instant time = cut.isBefore(exact) ? cut.plus(1, ChronoUnit.MICROS) : cut;
    return message(runId, "graph.look", Map.of())
        .due(Due.at(time))
        .messageId("look at " + time)
        .discardIfUnknown(true)
        .build();
  }

  /** A look after some time; at each time that it is asked for. */
  static OrchestratorMessage lookIn(String runId, java.time.Duration delay) {
    return message(runId, "graph.look", Map.of()).due(Due.in(delay)).discardIfUnknown(true).build();
  }

  /** Waits for a run that has not begun, and is never taken for another one. */
  static OrchestratorMessage inputCame(String runId, String stepId) {
    return message(runId, "graph.input", Map.of("step", stepId)).build();
  }

  static OrchestratorMessage cancel(String runId, String reason) {
    return message(runId, "graph.cancel", Map.of("reason", reason)).discardIfUnknown(true).build();
  }

  static OrchestratorMessage resumeStep(String runId, String stepId, Instant suspendedAt) {
    return message(runId, "graph.resumeStep", Map.of("step", stepId, "at", suspendedAt.toString()))
        .discardIfUnknown(true)
        .build();
  }

  /** Whoever recovers a run in the state that this one has seen says the same. */
  static OrchestratorMessage recover(
      String runId, String graph, String version, long seenVersion, int maxAttempts) {
    return message(runId, "graph.recover", Map.of("seen", seenVersion, "maxAttempts", maxAttempts))
        .start(new ExecutionStart(graph, version, null))
        .messageId("recover %d %d".formatted(seenVersion, maxAttempts))
        .build();
  }

  /** What is left to do of a recovery, once the execution that the run leaves is marked. */
  static OrchestratorMessage recoverNow(String runId, Recover asked) {
    return message(
            runId,
            "graph.recover",
            Map.of("seen", asked.seenVersion(), "maxAttempts", asked.maxAttempts(), "left", true))
        .build();
  }

  private static OrchestratorMessage.Builder message(
      String runId, String kind, Map<String, ?> body) {
    return OrchestratorMessage.builder(runId, kind, Payload.utf8(Jsons.write(body)));
  }

  static RunMessage of(OrchestratorMessage message) {
    try {
      JsonNode body = Jsons.read(message.body().asUtf8());
      return switch (message.kind()) {
        case "graph.start" ->
            new Start(body.required("inputs"), body.path("trace").stringValue(null));
        case "graph.step" ->
            new StepMoved(body.required("step").stringValue(), has(body.get("siblings"), "cancel"));
        case "graph.look" -> new Look();
        case "graph.input" -> new InputCame(body.required("step").stringValue());
        case "graph.cancel" -> new Cancel(body.required("reason").stringValue());
        case "graph.resumeStep" ->
            new ResumeStep(
                body.required("step").stringValue(),
                Instant.parse(body.required("at").stringValue()));
        case "graph.recover" ->
            new Recover(
                body.required("seen").longValue(),
                body.required("maxAttempts").intValue(),
                body.path("left").asBoolean(false));
        default -> new Unknown(message.kind());
      };
    } catch (RuntimeException e) {
      throw new UnreadableRowException(
          "a message of kind %s to run \"%s\" cannot be read: %s"
              .formatted(message.kind(), message.instanceId(), e.getMessage()),
          e);
    }
  }

  /** {@return the first message of a kind, null for none} */
  static <M extends RunMessage> @Nullable M first(List<RunMessage> messages, Class<M> type) {
    return messages.stream().filter(type::isInstance).map(type::cast).findFirst().orElse(null);
  }

  private static boolean has(@Nullable JsonNode field, String value) {
    return field != null && field.isString() && field.stringValue().equals(value);
  }
}
