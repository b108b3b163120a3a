// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.store;

import dev.holdfast.cli.io.JsonText;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the first event of an execution says. Other engines than the runtime's may say nothing. */
public final class FirstEvent {

  private FirstEvent() {}

  /** {@return the input of an execution, null when its first event does not tell} */
  public static @Nullable JsonNode input(Provider provider, String instanceId, long executionId) {
    try {
      for (HistoryEvent event : provider.readHistory(instanceId, executionId, 0, 1).events()) {
        if (event.kind().equals("OrchestrationStarted")) {
          return JsonText.parse(event.data()).map(data -> data.get("input")).orElse(null);
        }
      }
    } catch (ProviderError.CorruptData e) {
      return null; // The rest of the instance can be shown; history tells what is wrong.
    }
    return null;
  }
}
