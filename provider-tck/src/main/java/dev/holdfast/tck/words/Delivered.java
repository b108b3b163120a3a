// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks at what was delivered. Stateless. */
public final class Delivered {

  private Delivered() {}

  /**
   * When a delivered message was visible.
   *
   * @param message a message as it was delivered
   * @return its {@code visibleAt}
   */
  public static Instant visibleAt(OrchestratorMessage message) {
    if (message.due() instanceof Due.At(Instant instant)) {
      return instant;
    }
    throw Expect.violation(
        "A delivered message does not say when it was visible.", "Due.At", message.due());
  }

  /**
   * Items by their instance; each instance must come once.
   *
   * @param items the items of one answer
   * @return the items, sorted by instance id
   */
  public static Map<String, OrchestrationItem> byInstance(List<OrchestrationItem> items) {
    Map<String, OrchestrationItem> found = new TreeMap<>();
    for (OrchestrationItem item : items) {
      if (found.put(item.instanceId(), item) != null) {
        throw Expect.violation(
            "An answer has the same instance twice.", item.instanceId() + " once", items);
      }
    }
    return found;
  }

  /**
   * Takes one instance out of the items of an answer.
   *
   * @param items the items
   * @param instanceId the instance, which must be among them
   * @return its item
   */
  public static OrchestrationItem of(List<OrchestrationItem> items, String instanceId) {
    OrchestrationItem item = byInstance(items).get(instanceId);
    if (item == null) {
      throw Expect.violation("An instance that is ready was not delivered.", instanceId, items);
    }
    return item;
  }
}
