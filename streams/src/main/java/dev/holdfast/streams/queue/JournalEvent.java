// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.streams.internal.json.Jsons;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the history of a queue says. It has what did not go the usual way; an entry that is appended
 * at the first attempt leaves nothing here. The kinds are the stored form: add, never rename.
 */
sealed interface JournalEvent {

  /** An entry was taken out of the orchestrator queue and waits here, behind those before it. */
  record Deferred(QueueEntry entry, boolean first) implements JournalEvent {}

  /** An attempt has failed; the next one is at a moment. */
  record Failed(String id, int attempt, String error, Instant nextAt) implements JournalEvent {}

  /** An entry is over. */
  record Settled(String id, How how) implements JournalEvent {}

  /** From now on entries are processed alone, until one of them is over. */
  record OneByOne() implements JournalEvent {}

  /** The queue stands still until an entry is redriven or dropped. */
  record Stopped(String id) implements JournalEvent {}

  /** The queue goes on. */
  record Resumed() implements JournalEvent {}

  /** How an entry ended. */
  enum How {
    /** Its events stand in the stream. */
    APPENDED,
    /** It came to nothing: no event was decided. */
    NOTHING,
    /** It is a dead letter. */
    DEAD,
    /** Somebody has dropped it. */
    DROPPED
  }

  /** {@return the stored form} */
  default HistoryEvent stored(long id, Instant now) {
    ObjectNode json = Jsons.MAPPER.createObjectNode();
    switch (this) {
      case Deferred(QueueEntry entry, boolean first) -> {
        json.set("entry", entry.json());
        json.put("first", first);
      }
      case Failed(String entry, int attempt, String error, Instant nextAt) ->
          json.put("id", entry)
              .put("attempt", attempt)
              .put("error", error)
              .put("nextAt", nextAt.toString());
      case Settled(String entry, How how) -> json.put("id", entry).put("how", how.name());
      case Stopped(String entry) -> json.put("id", entry);
      case OneByOne one -> {}
      case Resumed resumed -> {}
    }
    return new HistoryEvent(id, getClass().getSimpleName(), Jsons.write(Jsons.MAPPER, json), now);
  }

  /**
   * {@return what a stored event says, null for one of newer code}
   *
   * @throws UnreadableEntryException when it cannot be read
   */
  static @Nullable JournalEvent of(HistoryEvent stored) {
    try {
      JsonNode json = Jsons.read(Jsons.MAPPER, stored.data());
      return switch (stored.kind()) {
        case "Deferred" ->
            new Deferred(QueueEntry.of(json.required("entry")), json.path("first").asBoolean());
        case "Failed" ->
            new Failed(
                json.required("id").stringValue(),
                json.required("attempt").intValue(),
                json.required("error").stringValue(),
                Instant.parse(json.required("nextAt").stringValue()));
        case "Settled" ->
            new Settled(
                json.required("id").stringValue(), How.valueOf(json.required("how").stringValue()));
        case "OneByOne" -> new OneByOne();
        case "Stopped" -> new Stopped(json.required("id").stringValue());
        case "Resumed" -> new Resumed();
        default -> null;
      };
    } catch (RuntimeException e) {
      throw new UnreadableEntryException(
          "event %d (%s) of a queue's history".formatted(stored.eventId(), stored.kind()), e);
    }
  }
}
