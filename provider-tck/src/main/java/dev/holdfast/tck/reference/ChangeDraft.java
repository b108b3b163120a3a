// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxChange;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunDeleted;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.stream.StreamChange;
import dev.holdfast.tck.reference.Inbox.Known;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private @Nullable RunTable runs;
  private @Nullable InboxTable inboxes;
  private @Nullable StreamDraft streams;

  ChangeDraft(String operation, Mailbox mailbox, Instant now) {
    this.operation = operation;
    this.mailbox = mailbox;
    this.now = now;
    drafted = mailbox.new Draft(operation, now);
  }

  /** Applies one change without an ack and without a fence. */
  static ChangeResult alone(String operation, ReferenceStore store, Change change) {
    ChangeDraft draft = new ChangeDraft(operation, new Mailbox(store), store.now());
    draft.add(List.of(change));
    draft.write();
    return draft.results().getFirst();
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
      case SendMessage(OrchestratorMessage message) -> new MessageSent(send(message));
      case DeleteRun delete -> delete(delete);
      case StateChange state -> runs().apply(operation, state, now);
      case InboxChange inbox -> add(inbox);
      case DeliverTrigger trigger -> deliver(trigger);
      case StreamChange stream -> streams().add(stream);
    };
  }

  private boolean send(OrchestratorMessage message) {
    messages.add(message);
    return drafted.add(message);
  }

  private ChangeResult add(InboxChange change) {
    return switch (change) {
      case AppendInbox append -> inboxes().append(operation, append, now);
      case ConsumeInbox consume -> inboxes().consume(operation, consume, now);
    };
  }

  private RunDeleted delete(DeleteRun delete) {
    long steps = runs().delete(operation, delete);
    return new RunDeleted(steps, inboxes().remove(delete.runId()));
  }

  /** A known input is looked for first: it stays known when its run has ended (TRIGGER-06). */
  private TriggerDelivered deliver(DeliverTrigger trigger) {
    Known known = inboxes().known(operation, trigger.key(), trigger.input());
    if (known != null) {
      return new TriggerDelivered(Outcome.DUPLICATE, known.sequence());
    }
    Run run = (runs == null ? mailbox.store().runs : runs).run(trigger.runId());
    if (run != null && run.summary().status().isFinal()) {
      return new TriggerDelivered(Outcome.ENDED, 0);
    }
    send(trigger.wakeUp());
    long sequence =
        inboxes()
            .append(operation, trigger.key(), trigger.input(), trigger.cursor(), now)
            .sequence();
    return new TriggerDelivered(Outcome.NEW, sequence);
  }

  /** Runs and steps as the changes make them. */
  private RunTable runs() {
    if (runs == null) {
      runs = mailbox.store().runs.copy();
    }
    return runs;
  }

  /** Inboxes as the changes make them. */
  private InboxTable inboxes() {
    if (inboxes == null) {
      inboxes = mailbox.store().inboxes.copy();
    }
    return inboxes;
  }

  /** Streams as the changes make them. */
  private StreamDraft streams() {
    if (streams == null) {
      streams = new StreamDraft(operation, mailbox.store(), now);
    }
    return streams;
  }

  /** Writes what was checked. */
  void write() {
    mailbox.putAll(operation, messages, now);
    if (runs != null) {
      mailbox.store().runs = runs;
    }
    if (inboxes != null) {
      mailbox.store().inboxes = inboxes;
    }
    if (streams != null) {
      streams.write();
    }
  }

  /** One result per change, in order. */
  List<ChangeResult> results() {
    return results;
  }
}
