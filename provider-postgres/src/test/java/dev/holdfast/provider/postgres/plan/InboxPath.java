// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRunPage;
import dev.holdfast.tck.words.Expect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Every change and every call of inboxes and triggers. Not thread-safe. */
public final class InboxPath {

  /** So short that it has ended when the next call is made. */
  private static final Duration BRIEF = Duration.ofNanos(1_000);

  private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

  private final Changes changes;
  private final StateTables tables;
  private final DurableInbox inboxes;
  private final Triggers triggers;
  private final Duration lockFor;
  private final String run;
  private final InboxKey key;

  /**
   * Prepares the calls.
   *
   * @param lockFor longer than the calls take
   * @param run the id of a run that does not exist
   */
  public InboxPath(Provider provider, Duration lockFor, String run) {
    changes = provider.capability(Changes.class).orElseThrow();
    tables = provider.capability(StateTables.class).orElseThrow();
    inboxes = provider.capability(DurableInbox.class).orElseThrow();
    triggers = provider.capability(Triggers.class).orElseThrow();
    this.lockFor = lockFor;
    this.run = run;
    key = new InboxKey(run, "step", "port");
  }

  /** Makes the calls, and leaves nothing but a message to the instance of the run. */
  public void run() {
    append("one");
    append("two");
    append("three");
    InboxItem one = fetch(lockFor);
    InboxToken token = one.lockToken();
    Expect.equal("", Set.of(token), inboxes.renew(List.of(token), lockFor.multipliedBy(2)));
    changes.apply(List.of(new AppendInbox(key, message("four"))), token);
    changes.apply(
        List.of(
            ConsumeInbox.of(one),
            new AppendInbox(new InboxKey(run, "step", "other"), message("one")),
            ConsumeInbox.pending(key, 3)));
    fetch(BRIEF);
    inboxes.abandon(fetch(lockFor).lockToken());
    Expect.equal("", 1, inboxes.pending(key, 2, 10).size());
    Expect.that("", inboxes.message(key, 1).isPresent());
    Expect.equal("", 2, inboxes.counts(run).size());
    Expect.equal("", 1, inboxes.cleanUp(key, 3, 10));
    Expect.that("", inboxes.append(new AppendInbox(key, message("one"))).repeated());
    Expect.that("", inboxes.cleanUp(LAST, 1) == 1);
    deliver();
    end();
  }

  private void append(String id) {
    inboxes.append(new AppendInbox(key, message(id)));
  }

  private static NewInboxMessage message(String id) {
    return NewInboxMessage.of(id, Payload.utf8(id));
  }

  private InboxItem fetch(Duration duration) {
    return inboxes.fetch(key, 1, duration).get(0);
  }

  private Outcome deliver(String input) {
    return triggers
        .deliver(
            new DeliverTrigger(
                run,
                "step",
                message(input),
                new Cursor(1, input),
                OrchestratorMessage.of(run, "wake-up", Payload.utf8(input))))
        .outcome();
  }

  private void deliver() {
    Expect.equal("", Outcome.NEW, deliver("one"));
    changes.apply(List.of(CreateRun.running(run, run)));
    long version = version();
    changes.apply(List.of(RunChange.of(run, version).status(RunStatus.SUSPENDED).build()));
    Expect.equal("", Outcome.DUPLICATE, deliver("one"));
    Expect.equal("", Outcome.NEW, deliver("two"));
    Expect.equal("", 1, triggers.pendingInputs(run, "step", 1, 10).size());
    Expect.that("", triggers.cursor(run, "step").isPresent());
    WaitingRunPage page = triggers.suspendedRunsWithPendingInputs(1, null);
    Expect.equal("", 1, page.rows().size());
    triggers.suspendedRunsWithPendingInputs(1, page.nextPageToken());
  }

  private long version() {
    return tables.run(run).orElseThrow().summary().version();
  }

  private void end() {
    changes.apply(List.of(RunChange.of(run, version()).status(RunStatus.CANCELLED).build()));
    Expect.equal("", Outcome.ENDED, deliver("three"));
    changes.apply(List.of(new DeleteRun(run, version())));
  }
}
