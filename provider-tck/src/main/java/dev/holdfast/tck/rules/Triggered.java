// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.provider.state.WaitingRunPage;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Inputs of trigger steps as tests deliver and read them, through one handle. The step is {@link
 * #STEP} unless said otherwise. Immutable.
 *
 * @param handle the handle
 * @param calls the calls of the feature
 * @param inbox the inboxes, of which inputs are messages
 * @param stated runs and changes
 */
record Triggered(Handle handle, Triggers calls, DurableInbox inbox, Stated stated) {

  static final String STEP = "listen";

  /** The page that every store has, and more inputs than a step of most tests has. */
  private static final int ALL = 100;

  private static final int MOST_PAGES = 1_000;

  /** Ends a test of what only a provider with triggers can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.TRIGGERS)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.TRIGGERS.name());
    }
  }

  static Triggered first(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.first());
  }

  static Triggered second(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.second());
  }

  /** The triggers of a store that has them, through any handle. */
  static Triggered of(Handle handle) {
    return new Triggered(
        handle,
        offered(handle, Triggers.class),
        offered(handle, DurableInbox.class),
        Stated.of(handle));
  }

  private static <C extends Capability> C offered(Handle handle, Class<C> type) {
    return handle
        .provider()
        .capability(type)
        .orElseThrow(() ->
            Expect.violation(
                "TRIGGERS is declared, and what it needs is not offered.",
                type.getSimpleName(),
                "none"));
  }

  // ---- what is delivered

  /** A delivery whose content and wake-up tell of its input id. */
  static DeliverTrigger input(String runId, String inputId) {
    return input(runId, inputId, null);
  }

  static DeliverTrigger input(String runId, String inputId, @Nullable Cursor cursor) {
    return input(runId, STEP, inputId, cursor);
  }

  static DeliverTrigger input(
      String runId, String stepId, String inputId, @Nullable Cursor cursor) {
    return new DeliverTrigger(
        runId, stepId, content(inputId), cursor, Sample.message(runId, "wake-up of " + inputId));
  }

  static NewInboxMessage content(String inputId) {
    return NewInboxMessage.of(inputId, Payload.utf8("content of " + inputId));
  }

  /** A cursor with a text of its own. */
  static Cursor cursor(long order) {
    return new Cursor(order, "from " + order);
  }

  static InboxKey key(String runId) {
    return new InboxKey(runId, STEP, Triggers.PORT);
  }

  static ChangeResult told(Outcome outcome, long sequence) {
    return new TriggerDelivered(outcome, sequence);
  }

  // ---- runs

  /** An instance and its run in a status. Nothing else may be deliverable. */
  RunSummary run(String runId, RunStatus status) {
    handle.create(runId);
    return stated.run(runId, status);
  }

  /** An instance and its suspended run. */
  RunSummary asleep(String runId) {
    return run(runId, RunStatus.SUSPENDED);
  }

  // ---- calls

  void delivers(String what, Outcome outcome, long sequence, DeliverTrigger trigger) {
    Expect.equal(what, told(outcome, sequence), calls.deliver(trigger));
  }

  /** Delivers a new input and expects its number. */
  void delivers(long sequence, DeliverTrigger trigger) {
    delivers("A delivery is not new, or has another number.", Outcome.NEW, sequence, trigger);
  }

  /** Consumes an input that is pending. */
  void consume(String runId, long sequence) {
    inbox.consume(ConsumeInbox.pending(key(runId), sequence));
  }

  // ---- what is there

  /** All inputs that are not consumed. */
  List<TriggerInput> pending(String runId) {
    return calls.pendingInputs(runId, STEP, 0, ALL);
  }

  Optional<Cursor> cursorOf(String runId) {
    return calls.cursor(runId, STEP);
  }

  List<String> inputIds(String runId) {
    return ids(pending(runId));
  }

  static List<String> ids(List<TriggerInput> inputs) {
    return inputs.stream().map(input -> input.message().content().messageId()).toList();
  }

  static List<Long> sequences(List<TriggerInput> inputs) {
    return inputs.stream().map(input -> input.message().sequence()).toList();
  }

  /** Expects nothing of a step to be stored. */
  void expectNothing(String what, String runId) {
    Expect.none(what, pending(runId));
    Expect.equal(what, Optional.empty(), cursorOf(runId));
    Expect.none(what, inbox.counts(runId));
  }

  /** Expects these wake-ups, each once and in their order, and takes them away. */
  void expectAwake(String what, String runId, DeliverTrigger... triggers) {
    expectAwake(what, runId, List.of(triggers));
  }

  void expectAwake(String what, String runId, List<DeliverTrigger> triggers) {
    List<OrchestratorMessage> expected = triggers.stream().map(DeliverTrigger::wakeUp).toList();
    Expect.equal(
        what, Batch.withoutDue(expected), Batch.withoutDue(MessageChanges.taken(handle, runId)));
  }

  // ---- the list of suspended runs

  List<WaitingRun> waiting(int limit, Runnable betweenPages) {
    List<WaitingRun> rows = new ArrayList<>();
    WaitingRunPage page = calls.suspendedRunsWithPendingInputs(limit, null);
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      Expect.atMost("A page has more rows than asked for.", limit, page.rows().size());
      rows.addAll(page.rows());
      String token = page.nextPageToken();
      if (token == null) {
        return rows;
      }
      betweenPages.run();
      page = calls.suspendedRunsWithPendingInputs(limit, token);
    }
    throw Expect.violation("The pages do not come to an end.", MOST_PAGES + " pages", "more");
  }

  List<String> waitingIds() {
    return waiting(ALL, () -> {}).stream().map(WaitingRun::runId).toList();
  }
}
