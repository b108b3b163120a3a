// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.streams.event.Reserved;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The dead letters of one queue, as its stream of them has it: what died, and what became of that.
 * Several categories may share one such stream; each sees its own.
 */
final class DeadLetters {

  static final String DIED = Reserved.PREFIX + "dead-letter";
  static final String REDRIVEN = Reserved.PREFIX + "redriven";
  static final String DROPPED = Reserved.PREFIX + "dropped";

  private static final String CATEGORY = "category";

  private final Map<String, Dead> byId = new LinkedHashMap<>();

  /**
   * A dead letter, or what was one.
   *
   * @param state what became of it: one of the types
   */
  record Dead(QueueEntry entry, DeadLetter letter, String state) {
    boolean isDead() {
      return state.equals(DIED);
    }
  }

  /** Reads the dead letters of a stream. */
  static DeadLetters read(EventStreams streams, StreamId of) {
    return byCategory(streams, QueueNames.deadLetters(of), of.category()::equals)
        .getOrDefault(of.category(), new DeadLetters());
  }

  /** Reads a stream of dead letters: by the categories of what they were for, if wanted. */
  static Map<String, DeadLetters> byCategory(
      EventStreams streams, StreamId stream, Predicate<String> wanted) {
    Map<String, DeadLetters> letters = new LinkedHashMap<>();
    long from = 1;
    while (true) {
      StreamPage page =
          streams.readStream(stream, from, Direction.FORWARDS, streams.limits().maxPageSize());
      for (StreamEvent event : page.events()) {
        Payload said = event.content().metadata();
        if (said != null && event.content().type().startsWith(Reserved.PREFIX)) {
          JsonNode json = Jsons.read(Jsons.MAPPER, said);
          String category = json.path(CATEGORY).asString("");
          if (!category.isEmpty() && wanted.test(category)) {
            letters
                .computeIfAbsent(category, any -> new DeadLetters())
                .apply(new StreamId(category, stream.id()), event, json);
          }
        }
        from = event.version() + 1;
      }
      if (page.complete()) {
        return letters;
      }
    }
  }

  private void apply(StreamId of, StreamEvent event, JsonNode json) {
    String id = json.required("id").stringValue();
    if (event.content().type().equals(DIED)) {
      QueueEntry entry = QueueEntry.of(json, event.content().data());
      DeadLetter letter =
          new DeadLetter(
              id,
              of,
              entry.content().type(),
              json.required("attempts").intValue(),
              json.required("error").stringValue(),
              event.recordedAt());
      byId.put(id, new Dead(entry, letter, DIED));
    } else {
      byId.computeIfPresent(
          id, (any, dead) -> new Dead(dead.entry(), dead.letter(), event.content().type()));
    }
  }

  @Nullable Dead get(String id) {
    return byId.get(id);
  }

  /** {@return those about which nobody has decided, in the order in which they died} */
  List<DeadLetter> undecided() {
    return byId.values().stream().filter(Dead::isDead).map(Dead::letter).toList();
  }

  /** {@return what sets an entry aside} */
  static AppendEvents died(QueueEntry entry, int attempts, String error) {
    ObjectNode said = entry.described();
    said.put("attempts", attempts).put("error", error);
    return append(entry.stream(), entry.id(), DIED, entry.content().data(), said);
  }

  /** {@return what says of a dead letter that something became of it} */
  static AppendEvents became(StreamId of, String id, String type) {
    ObjectNode said = Jsons.MAPPER.createObjectNode().put("id", id).put(CATEGORY, of.category());
    return append(of, id, type, Payload.utf8("{}"), said);
  }

  /** Without a key: it is in the ack of a turn, which is stored once. */
  private static AppendEvents append(
      StreamId of, String id, String type, Payload data, ObjectNode said) {
    NewEvent event =
        NewEvent.builder(type, data)
            .metadata(Jsons.write(Jsons.MAPPER, said))
            .tag("entry", id)
            .build();
    return AppendEvents.of(QueueNames.deadLetters(of), Expected.any(), event);
  }
}
