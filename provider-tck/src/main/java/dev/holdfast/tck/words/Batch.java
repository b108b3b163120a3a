// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import java.util.Arrays;
import java.util.List;

/**
 * Compares messages as they were sent with messages as they were delivered: everything is equal but
 * the due time, which is always an instant in a delivered message. Stateless.
 */
public final class Batch {

  private Batch() {}

  /**
   * Expects an item to carry exactly these messages, in this order.
   *
   * @param what what happened when it does not
   * @param item the item
   * @param sent the messages as they were sent
   */
  public static void expect(String what, OrchestrationItem item, OrchestratorMessage... sent) {
    expect(what, item, Arrays.asList(sent));
  }

  /**
   * Expects an item to carry exactly these messages, in this order.
   *
   * @param what what happened when it does not
   * @param item the item
   * @param sent the messages as they were sent
   */
  public static void expect(String what, OrchestrationItem item, List<OrchestratorMessage> sent) {
    Expect.equal(what, withoutDue(sent), withoutDue(item.messages()));
  }

  /**
   * The same messages with their due times set aside.
   *
   * @param messages the messages
   * @return the messages, each due now
   */
  public static List<OrchestratorMessage> withoutDue(List<OrchestratorMessage> messages) {
    return messages.stream().map(Batch::withoutDue).toList();
  }

  private static OrchestratorMessage withoutDue(OrchestratorMessage m) {
    return new OrchestratorMessage(
        m.instanceId(),
        m.kind(),
        m.body(),
        Due.now(),
        m.start(),
        m.messageId(),
        m.discardIfUnknown());
  }
}
