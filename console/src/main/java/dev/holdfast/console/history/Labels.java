// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.history;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an event is about, in a few words: names and ids, never a value. Events of other engines
 * than the runtime's have none.
 */
public final class Labels {

  private Labels() {}

  /**
   * Returns what an event is about.
   *
   * @param kind the kind of the event
   * @param data its data, a missing node when it is no JSON
   * @return the words, null when there is nothing to say
   */
  public static @Nullable String of(String kind, JsonNode data) {
    return switch (kind) {
      case "OrchestrationStarted" -> text(data, "name");
      case "ActivityScheduled" -> {
        int attempt = data.path("attempt").asInt(1);
        String name = text(data, "name");
        yield attempt > 1 ? name + ", attempt " + attempt : name;
      }
      case "ChildScheduled", "InstanceStarted" ->
          text(data, "name") + " as " + text(data, "instanceId");
      case "EventRaised" -> text(data, "name");
      case "EventSent" -> text(data, "name") + " to " + text(data, "instanceId");
      case "TimerCreated" -> "until " + text(data, "fireAt");
      case "ActivityCompleted",
          "ActivityFailed",
          "ActivityCancelled",
          "ChildCompleted",
          "ChildFailed",
          "ChildCancelled" ->
          "of event " + data.path("scheduledId").asLong(0);
      case "TimerFired", "TimerCancelled" -> "of event " + data.path("timerId").asLong(0);
      case "VersionChosen" -> text(data, "change") + " " + data.path("version").asInt(0);
      case "EventsAppended", "AppendRefused" -> text(data, "category") + "/" + text(data, "stream");
      case "OrchestrationFailed" ->
          data.path("cancelled").asBoolean(false)
              ? "cancelled"
              : data.path("failure").path("type").asString(null);
      default -> null;
    };
  }

  private static String text(JsonNode data, String member) {
    return data.path(member).asString("?");
  }
}
