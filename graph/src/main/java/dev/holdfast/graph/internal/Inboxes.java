// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.NewInboxMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the messages of inboxes are called and what is in them. */
public final class Inboxes {

  /** Ids of messages that begin so are the engine's. */
  public static final String RESERVED = "holdfast.";

  /** The output of the row of an input which holds the input. */
  public static final String RECEIVED = "received";

  /**
   * The output of the row of a trigger which says for what time the clock gave it an input last.
   */
  public static final String FIRED = "fired";

  private static final String END_ID = RESERVED + "end";

  private Inboxes() {}

  /** Returns the message that says that nothing more comes. */
  public static NewInboxMessage end() {
    return NewInboxMessage.of(END_ID, Payload.utf8("null"));
  }

  /** Tells whether a message says that nothing more comes. */
  public static boolean isEnd(InboxMessage message) {
    return message.content().messageId().equals(END_ID);
  }

  /** Returns the input that the clock gives for a time; the same time has the same id. */
  public static NewInboxMessage at(Instant time) {
    return NewInboxMessage.of(RESERVED + "at " + time, Payload.utf8(Jsons.write(time.toString())));
  }

  /** Returns what is in a message: JSON, else a text; of a reference the reference itself. */
  public static JsonNode value(InboxMessage message) {
    NewInboxMessage content = message.content();
    Payload payload = content.payload();
    if (payload == null) {
      return text(String.valueOf(content.payloadRef()));
    }
    String text = new String(payload.toByteArray(), StandardCharsets.UTF_8);
    try {
      return Jsons.read(text);
    } catch (IllegalArgumentException e) {
      return text(text);
    }
  }

  private static JsonNode text(String text) {
    return JsonNodeFactory.instance.stringNode(text);
  }
}
