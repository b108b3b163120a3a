// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.WaitingRun;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Messages of inboxes as cells and as JSON. Stateless. */
final class InboxRows {

  private InboxRows() {}

  static ObjectNode json(InboxCounts counts) {
    return JsonText.object()
        .put("runId", counts.key().runId())
        .put("stepId", counts.key().stepId())
        .put("port", counts.key().port())
        .put("pending", counts.pending())
        .put("locked", counts.locked())
        .put("consumed", counts.consumed())
        .put("bytes", counts.bytes())
        .put("lastSequence", counts.lastSequence())
        .put("oldestPendingSince", JsonText.moment(counts.oldestPendingSince()));
  }

  static ObjectNode json(InboxMessage message) {
    ObjectNode object =
        JsonText.object()
            .put("sequence", message.sequence())
            .put("messageId", message.content().messageId())
            .put("status", message.status().label())
            .put("appendedAt", JsonText.moment(message.appendedAt()))
            .put("payloadRef", message.content().payloadRef());
    JsonText.put(object, "payload", message.content().payload());
    return object;
  }

  static ObjectNode json(TriggerInput input) {
    ObjectNode object = json(input.message());
    Cursor cursor = input.cursor();
    if (cursor != null) {
      object.set("cursor", json(cursor));
    }
    return object;
  }

  static ObjectNode json(Cursor cursor) {
    return JsonText.object().put("order", cursor.order()).put("token", cursor.token());
  }

  static ObjectNode json(WaitingRun run) {
    return JsonText.object()
        .put("runId", run.runId())
        .put("inputs", run.inputs())
        .put("oldestSince", JsonText.moment(run.oldestSince()));
  }

  /** {@return what a message says, or where that is kept} */
  static @Nullable String content(InboxMessage message, Output output) {
    NewInboxMessage content = message.content();
    String reference = content.payloadRef();
    return reference == null ? output.payload(content.payload()) : "at " + output.value(reference);
  }

  /** {@return a cursor in one line, nothing for none} */
  static String text(@Nullable Cursor cursor) {
    if (cursor == null) {
      return "";
    }
    return cursor.token() == null
        ? String.valueOf(cursor.order())
        : cursor.order() + " " + cursor.token();
  }
}
