// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.SendMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes of one call: first each is checked against what the earlier ones would make, then all
 * are written. Runs under the store's lock.
 */
final class ChangeDraft {

  private final String operation;
  private final Mailbox mailbox;
  private final Instant now;
  private final Mailbox.Draft drafted;
  private final List<OrchestratorMessage> messages = new ArrayList<>();
  private final List<ChangeResult> results = new ArrayList<>();

  ChangeDraft(String operation, Mailbox mailbox, Instant now) {
    this.operation = operation;
    this.mailbox = mailbox;
    this.now = now;
    drafted = mailbox.new Draft(operation, now);
  }

  /** Notes messages that the call stores in front of its changes. */
  void behind(List<OrchestratorMessage> before) {
    before.forEach(drafted::add);
  }

  /** Checks changes in list order; what is wrong says at which place. */
  void add(List<Change> changes) {
    for (int i = 0; i < changes.size(); i++) {
      try {
        results.add(add(changes.get(i)));
      } catch (Permanent refused) {
        throw refused.atChange(i);
      }
    }
  }

  private ChangeResult add(Change change) {
    return switch (change) {
      case SendMessage(OrchestratorMessage message) -> {
        messages.add(message);
        yield new MessageSent(drafted.add(message));
      }
    };
  }

  /** Writes what was checked. */
  void write() {
    mailbox.putAll(operation, messages, now);
  }

  /** One result per change, in order. */
  List<ChangeResult> results() {
    return results;
  }
}
