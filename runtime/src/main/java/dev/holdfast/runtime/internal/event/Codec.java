// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.runtime.internal.Halves;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads what the runtime stores. Stateless and thread-safe. */
public final class Codec {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Embedded texts were accepted by their own converter; the envelope around them
                  // must not be the reason why they cannot be read back.
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(10_000)
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .maxNumberLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .addModule(new JsonTextModule())
          .changeDefaultPropertyInclusion(
              old -> old.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private static final Map<String, Class<? extends Event>> EVENTS =
      Stream.of(
              Event.OrchestrationStarted.class,
              Event.ActivityCompleted.class,
              Event.ActivityFailed.class,
              Event.TimerFired.class,
              Event.EventRaised.class,
              Event.ChildCompleted.class,
              Event.ChildFailed.class,
              Event.CancelRequested.class,
              Event.ActivityScheduled.class,
              Event.TimerCreated.class,
              Event.ChildScheduled.class,
              Event.ActivityCancelled.class,
              Event.TimerCancelled.class,
              Event.ChildCancelled.class,
              Event.CallRefused.class,
              Event.FeatureRefused.class,
              Event.EventsAppended.class,
              Event.AppendRefused.class,
              Event.VersionChosen.class,
              Event.EventSent.class,
              Event.InstanceStarted.class,
              Event.Suspended.class,
              Event.Prepared.class,
              Event.Retried.class,
              Event.Resumed.class,
              Event.OrchestrationCompleted.class,
              Event.OrchestrationFailed.class,
              Event.ContinuedAsNew.class)
          .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

  private static final Map<String, Class<? extends Message>> MESSAGES =
      Map.ofEntries(
          Map.entry("start", Message.Start.class),
          Map.entry("activity-completed", Message.ActivityCompleted.class),
          Map.entry("activity-failed", Message.ActivityFailed.class),
          Map.entry("timer-fired", Message.TimerFired.class),
          Map.entry("event", Message.Raised.class),
          Map.entry("cancel", Message.Cancel.class),
          Map.entry("suspend", Message.Suspend.class),
          Map.entry("resume", Message.Resume.class),
          Map.entry("terminate", Message.Terminate.class),
          Map.entry("restart", Message.Restart.class),
          Map.entry("retry", Message.Retry.class),
          Map.entry("wake-up", Message.WakeUp.class),
          Map.entry("child-completed", Message.ChildCompleted.class),
          Map.entry("child-failed", Message.ChildFailed.class));

  private Codec() {}

  /** {@return the stored form of an event} */
  public static HistoryEvent encode(HistoryEntry recorded) {
    Event event = recorded.event();
    return new HistoryEvent(recorded.id(), event.kind(), encode(event), recorded.at());
  }

  /**
   * Decodes an event from its stored form.
   *
   * @throws UnreadableException when kind or content are not known
   */
  public static HistoryEntry decode(HistoryEvent stored) {
    Class<? extends Event> type = EVENTS.get(stored.kind());
    if (type == null) {
      throw new UnreadableException(
          "event %d has the unknown kind \"%s\"".formatted(stored.eventId(), stored.kind()), null);
    }
    String what = "event %d (%s)".formatted(stored.eventId(), stored.kind());
    return new HistoryEntry(
        stored.eventId(), stored.recordedAt(), decode(what, stored.data(), type));
  }

  /**
   * {@return whether an event is the first of an execution of this runtime; reads its kind only}
   */
  public static boolean isStart(HistoryEvent stored) {
    return stored.kind().equals(Event.OrchestrationStarted.class.getSimpleName());
  }

  /**
   * Decodes a message from its stored form.
   *
   * @return the message, empty when its kind is not one of the runtime's
   * @throws UnreadableException when the content cannot be read
   */
  public static Optional<Message> decode(OrchestratorMessage stored) {
    Class<? extends Message> type = MESSAGES.get(stored.kind());
    if (type == null) {
      return Optional.empty();
    }
    return Optional.of(decode("a message of kind " + stored.kind(), stored.body(), type));
  }

  /** {@return the stored form of anything that the runtime stores} */
  public static Payload encode(Object value) {
    // By way of a string: half a character in a text of users has no bytes of its own.
    String text = Halves.escapeHalves(MAPPER.writeValueAsString(value));
    return Payload.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@return a text as it is stored} */
  public static Payload payload(Json json) {
    return Payload.of(json.text().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Decodes a value of a known type from its stored form.
   *
   * @throws UnreadableException when the content cannot be read
   */
  public static <T> T decode(String what, Payload payload, Class<T> type) {
    try {
      String text = payload.asUtf8();
      T value = MAPPER.readerFor(type).withAttribute(JsonTextModule.SOURCE, text).readValue(text);
      if (value != null) {
        return value;
      }
    } catch (JacksonException e) {
      throw new UnreadableException(what + " cannot be read: " + e.getOriginalMessage(), e);
    } catch (InvalidRequest e) {
      throw new UnreadableException(what + " cannot be read: it is no text", e);
    }
    throw new UnreadableException(what + " is empty", null);
  }

  /**
   * {@return whether a text is one JSON value; for texts from converters that are not the default}
   */
  public static boolean isJson(String text) {
    // As bytes, as it is stored: Jackson 3.0 takes half a character in a name of a text, and then
    // cannot read the bytes.
    try (JsonParser in = MAPPER.createParser(text.getBytes(StandardCharsets.UTF_8))) {
      if (in.nextToken() == null) {
        return false;
      }
      in.skipChildren();
      in.finishToken();
      return in.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    }
  }
}
