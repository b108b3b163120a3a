// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is said to a queue. */
sealed interface QueueMessage {

  /** Something is to be processed. */
  record Enqueued(QueueEntry entry) implements QueueMessage {}

  /** A dead letter is to be processed after all. */
  record Redrive(String id) implements QueueMessage {}

  /** An entry or dead letter is not to be processed any more. */
  record Drop(String id) implements QueueMessage {}

  /** There is something to do: time has passed, or a turn has left something. */
  record Look() implements QueueMessage {}

  /**
   * {@return what brings an entry into its queue, once}
   *
   * @param code the name under which workers take the queue
   */
  static OrchestratorMessage enqueued(String code, QueueEntry entry) {
    return message(entry.stream(), "queue.entry", entry.json())
        .start(new ExecutionStart(code, null, null))
        .messageId(entry.id())
        .build();
  }

  /** {@return what has a dead letter processed} */
  static OrchestratorMessage redrive(StreamId stream, String id) {
    return asked(stream, "queue.redrive", id);
  }

  /** {@return what removes an entry or dead letter} */
  static OrchestratorMessage drop(StreamId stream, String id) {
    return asked(stream, "queue.drop", id);
  }

  /** {@return what has a queue looked at again} */
  static OrchestratorMessage look(String instanceId, Due due) {
    return OrchestratorMessage.builder(instanceId, "queue.look", Payload.utf8("{}"))
        .due(due)
        .discardIfUnknown(true)
        .build();
  }

  private static OrchestratorMessage asked(StreamId stream, String kind, String id) {
    ObjectNode body = Jsons.MAPPER.createObjectNode().put("id", id);
    body.put("category", stream.category()).put("stream", stream.id());
    return message(stream, kind, body)
        .messageId("ask:" + UUID.randomUUID())
        .discardIfUnknown(true)
        .build();
  }

  private static OrchestratorMessage.Builder message(
      StreamId stream, String kind, ObjectNode body) {
    return OrchestratorMessage.builder(
        QueueNames.instance(stream), kind, Jsons.write(Jsons.MAPPER, body));
  }

  /** {@return the stream that a stored message is about, one that names it} */
  static StreamId stream(OrchestratorMessage stored) {
    JsonNode body = Jsons.read(Jsons.MAPPER, stored.body());
    return new StreamId(
        body.required("category").stringValue(), body.required("stream").stringValue());
  }

  /**
   * {@return what a stored message says}
   *
   * @throws UnreadableEntryException when it cannot be read, or is of a kind of newer code
   */
  static QueueMessage of(OrchestratorMessage stored) {
    try {
      return switch (stored.kind()) {
        case "queue.entry" -> new Enqueued(QueueEntry.of(Jsons.read(Jsons.MAPPER, stored.body())));
        case "queue.redrive" -> new Redrive(id(stored));
        case "queue.drop" -> new Drop(id(stored));
        case "queue.look" -> new Look();
        default -> throw new IllegalArgumentException("its kind " + stored.kind() + " is unknown");
      };
    } catch (UnreadableEntryException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new UnreadableEntryException("a message of kind " + stored.kind(), e);
    }
  }

  private static String id(OrchestratorMessage stored) {
    return Jsons.read(Jsons.MAPPER, stored.body()).required("id").stringValue();
  }
}
