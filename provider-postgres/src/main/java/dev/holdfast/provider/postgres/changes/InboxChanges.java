// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.changes;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.jdbc.state.InboxContent;
import dev.holdfast.provider.jdbc.state.InboxRefusals;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.InboxLosses;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxChange;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Changes of inboxes, as the store takes them. Used by one thread. */
final class InboxChanges {

  /** What the store calls this kind of change; see apply_changes. */
  static final int WHAT = 3;

  /** What the store calls an input of a trigger, which has a message too. */
  static final int INPUT = 4;

  private static final int APPEND = 1;
  private static final int CONSUME = 2;
  private static final int DELIVER = 3;

  static final List<Parameter> PARAMETERS =
      List.of(
          Type.INTEGER.named("i_what"),
          Type.TEXT.named("i_run"),
          Type.TEXT.named("i_step"),
          Type.TEXT.named("i_port"),
          Type.BIGINT.named("i_sequence"),
          Type.BIGINT.named("i_epoch"),
          Type.TEXT.named("i_message_id"),
          Type.BYTEA.named("i_payload"),
          Type.TEXT.named("i_reference"),
          Type.BYTEA.named("i_hash"),
          Type.BIGINT.named("i_order"),
          Type.TEXT.named("i_token"));

  private final Columns columns = new Columns(PARAMETERS);

  Columns columns() {
    return columns;
  }

  void add(InboxChange change) {
    switch (change) {
      case AppendInbox append -> add(APPEND, append.key(), append.message(), null);
      case ConsumeInbox consume -> add(consume);
    }
  }

  void add(DeliverTrigger trigger) {
    add(DELIVER, trigger.key(), trigger.input(), trigger.cursor());
  }

  private void add(int what, InboxKey key, NewInboxMessage message, @Nullable Cursor cursor) {
    Payload payload = message.payload();
    columns.add(
        what,
        key.runId(),
        key.stepId(),
        key.port(),
        null,
        null,
        message.messageId(),
        payload == null ? null : payload.toByteArray(),
        message.payloadRef(),
        InboxContent.hash(message),
        cursor == null ? null : cursor.order(),
        cursor == null ? null : cursor.token());
  }

  private void add(ConsumeInbox consume) {
    InboxKey key = consume.key();
    InboxToken token = consume.lockToken();
    columns.add(
        CONSUME,
        key.runId(),
        key.stepId(),
        key.port(),
        consume.sequence(),
        token == null ? null : token.epoch(),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  static ChangeResult result(InboxChange change, StoredResults stored) {
    long number = stored.nextNumber();
    return switch (change) {
      case AppendInbox append -> new InboxAppended(append.key(), Math.abs(number), number < 0);
      case ConsumeInbox consume ->
          new InboxConsumed(consume.key(), consume.sequence(), number == 1);
    };
  }

  static ChangeResult delivered(StoredResults stored) {
    long number = stored.nextNumber();
    Outcome outcome = number == 0 ? Outcome.ENDED : number < 0 ? Outcome.DUPLICATE : Outcome.NEW;
    return new TriggerDelivered(outcome, Math.abs(number));
  }

  /**
   * Tells why a message was not consumed.
   *
   * @param state what was raised, see consume_inbox
   * @param message and with which words
   * @return the refusal, null when it is about something else
   */
  static @Nullable Permanent refusal(
      String operation, ConsumeInbox consume, String state, String message) {
    InboxKey key = consume.key();
    return switch (state) {
      case SqlErrors.STATE_UNKNOWN -> InboxRefusals.unknown(operation, key, consume.sequence());
      case SqlErrors.ILLEGAL_TRANSITION ->
          InboxRefusals.notConsumable(
              operation, key, consume.sequence(), InboxStatus.valueOf(message));
      case SqlErrors.MESSAGE_LOCK_LOST ->
          InboxLosses.lost(operation, Objects.requireNonNull(consume.lockToken()), message);
      default -> null;
    };
  }
}
