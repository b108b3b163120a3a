// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.tck.model.Operation.ReadInbox;
import dev.holdfast.tck.model.StateDraft.Content;
import java.util.List;

/**
 * Changes and reads of inboxes. All of a step are on the port of triggers, with few ids and few
 * numbers, so that appends, deliveries and repeats of both meet.
 */
final class Inboxes {

  private static final int ALL = 100;
  private static final int IDS = 4;
  private static final int NUMBERS = 3;

  private Inboxes() {}

  // ---- changes

  static Change append(StateDraft draft) {
    return new AppendInbox(key(draft), message(draft));
  }

  static Change consume(StateDraft draft) {
    return ConsumeInbox.pending(key(draft), 1 + Math.floorMod(draft.status(), NUMBERS));
  }

  static Change deliver(StateDraft draft) {
    InboxKey key = key(draft);
    Cursor cursor =
        draft.content() == Content.NOTHING ? null : new Cursor(draft.status(), draft.label());
    return new DeliverTrigger(
        key.runId(),
        key.stepId(),
        message(draft),
        cursor,
        OrchestratorMessage.of(key.runId(), "said", Payload.utf8("input " + draft.label())));
  }

  private static InboxKey key(StateDraft draft) {
    return key(draft.run(), draft.step());
  }

  private static InboxKey key(int run, int step) {
    return new InboxKey(Side.id(run), StateDraft.step(step), Triggers.PORT);
  }

  private static NewInboxMessage message(StateDraft draft) {
    String content = draft.content() == Content.PAYLOAD ? draft.label() : "the same";
    return NewInboxMessage.of("m" + Math.floorMod(draft.status(), IDS), Payload.utf8(content));
  }

  // ---- reads

  static List<Line> read(DurableInbox inbox, ReadInbox read) {
    InboxKey key = key(read.run(), read.step());
    return switch (read.what()) {
      case PENDING ->
          inbox.pending(key, 0, ALL).stream().map(message -> Line.of(words(message))).toList();
      case COUNTS ->
          inbox.counts(key.runId()).stream().map(counts -> Line.of(words(counts))).toList();
      case INPUTS, CURSOR, WAITING ->
          throw new IllegalArgumentException(read + " is a question to triggers");
    };
  }

  static List<Line> read(Triggers triggers, ReadInbox read) {
    InboxKey key = key(read.run(), read.step());
    return switch (read.what()) {
      case INPUTS ->
          triggers.pendingInputs(key.runId(), key.stepId(), 0, ALL).stream()
              .map(input -> Line.of(words(input)))
              .toList();
      case CURSOR ->
          Line.only(String.valueOf(triggers.cursor(key.runId(), key.stepId()).orElse(null)));
      case WAITING ->
          triggers.suspendedRunsWithPendingInputs(ALL, null).rows().stream()
              .map(run -> Line.of(words(run)))
              .toList();
      case PENDING, COUNTS ->
          throw new IllegalArgumentException(read + " is a question to inboxes");
    };
  }

  // ---- words

  private static String words(InboxMessage message) {
    Payload payload = message.content().payload();
    return "%d %s %s '%s'"
        .formatted(
            message.sequence(),
            message.content().messageId(),
            message.status(),
            payload == null ? "" : payload.asUtf8());
  }

  private static String words(InboxCounts counts) {
    return "%s pending=%d locked=%d consumed=%d bytes=%d last=%d"
        .formatted(
            counts.key(),
            counts.pending(),
            counts.locked(),
            counts.consumed(),
            counts.bytes(),
            counts.lastSequence());
  }

  private static String words(TriggerInput input) {
    return words(input.message()) + " " + input.cursor();
  }

  private static String words(WaitingRun run) {
    return run.runId() + " inputs=" + run.inputs();
  }
}
