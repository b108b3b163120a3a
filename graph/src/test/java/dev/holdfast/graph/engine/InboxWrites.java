// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.Triggers;

/** Writes to inboxes past the engine. */
final class InboxWrites {

  private InboxWrites() {}

  /** Appends an input without a message that wakes its run. */
  static void appendInput(
      Provider provider, String runId, String stepId, String inputId, String json) {
    provider
        .capability(DurableInbox.class)
        .orElseThrow()
        .append(
            new AppendInbox(
                new InboxKey(runId, stepId, Triggers.PORT),
                NewInboxMessage.of(inputId, Payload.utf8(json))));
  }
}
