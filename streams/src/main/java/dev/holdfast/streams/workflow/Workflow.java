// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.workflow;

import dev.holdfast.provider.Payload;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventCodec;
import dev.holdfast.streams.event.Reserved;
import dev.holdfast.streams.event.UnreadableEventException;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes aggregates of workflows (ES-18): the data are the shallow merge of the payloads, the state
 * is the one to which the last event leads, and it is complete in one of certain states or when a
 * field of the data is true. A command is the event that is to happen; it is appended with the
 * state that it leaves, so that what is stored says from where to where.
 *
 * <pre>{@code
 * Aggregate<WorkflowState, WorkflowEvent, WorkflowEvent> ORDER =
 *     Workflow.named("order").begins("draft").completeIn("delivered", "cancelled").build();
 * }</pre>
 *
 * <p>A builder. Not thread-safe.
 */
public final class Workflow {

  private static final EventCodec<WorkflowEvent> CODEC = new Codec();

  private final String category;
  private String first = "initial";
  private Set<String> completeStates = Set.of();
  private @Nullable String completeField;

  private Workflow(String category) {
    this.category = category;
  }

  /**
   * Begins a workflow.
   *
   * @param category the category of the streams
   * @return the builder
   */
  public static Workflow named(String category) {
    return new Workflow(category);
  }

  /**
   * Sets the state without events, {@code initial} unless set.
   *
   * @param state the state
   * @return this
   */
  public Workflow begins(String state) {
    first = state;
    return this;
  }

  /**
   * Sets in which states it is complete.
   *
   * @param states the states
   * @return this
   */
  public Workflow completeIn(String... states) {
    completeStates = Set.of(states);
    return this;
  }

  /**
   * Sets which field of the data says that it is complete, when it is true.
   *
   * @param field the field
   * @return this
   */
  public Workflow completeWhen(String field) {
    completeField = field;
    return this;
  }

  /**
   * Builds the aggregate.
   *
   * @return the aggregate, which may be used as it is
   */
  public Aggregate<WorkflowState, WorkflowEvent, WorkflowEvent> build() {
    return builder().build();
  }

  /**
   * Builds the aggregate, to be changed: for example with a {@code decide} that refuses what the
   * state does not allow.
   *
   * @return its builder
   */
  public Aggregate.Builder<WorkflowState, WorkflowEvent, WorkflowEvent> builder() {
    Set<String> states = completeStates;
    String field = completeField;
    return Aggregate.builder(
            category, WorkflowState.class, WorkflowEvent.class, WorkflowEvent.class)
        .events(CODEC)
        .initial(new WorkflowState(first, Map.of()))
        .decide(Workflow::decide)
        .evolve(Workflow::evolve)
        .isComplete(state -> states.contains(state.current()) || isSet(state, field));
  }

  private static boolean isSet(WorkflowState state, @Nullable String field) {
    JsonNode value = field == null ? null : state.data().get(field);
    return value != null && value.isBoolean() && value.asBoolean();
  }

  private static List<WorkflowEvent> decide(WorkflowState state, WorkflowEvent event) {
    if (event.from() != null && !event.from().equals(state.current())) {
      throw new IllegalStateException(
          "%s leads from %s, and the workflow is in %s"
              .formatted(event.name(), event.from(), state.current()));
    }
    String to = event.to() == null ? state.current() : event.to();
    return List.of(new WorkflowEvent(event.name(), state.current(), to, event.payload()));
  }

  private static WorkflowState evolve(WorkflowState state, WorkflowEvent event) {
    Map<String, JsonNode> data = new HashMap<>(state.data());
    data.putAll(event.payload());
    return new WorkflowState(event.to() == null ? state.current() : event.to(), data);
  }

  /** Any type is known; the data are an object of from, to and payload. */
  private static final class Codec implements EventCodec<WorkflowEvent> {

    @Override
    public EncodedEvent encode(WorkflowEvent event) {
      if (event.name().startsWith(Reserved.PREFIX)) {
        throw new IllegalArgumentException(
            "the name %s is one of the library's own".formatted(event.name()));
      }
      ObjectNode data = Jsons.MAPPER.createObjectNode();
      if (event.from() != null) {
        data.put("from", event.from());
      }
      if (event.to() != null) {
        data.put("to", event.to());
      }
      ObjectNode payload = data.putObject("payload");
      new TreeMap<>(event.payload()).forEach(payload::set);
      Payload bytes = Jsons.write(Jsons.MAPPER, data);
      return new EncodedEvent(event.name(), 1, bytes);
    }

    @Override
    public Optional<WorkflowEvent> decode(EncodedEvent stored) {
      try {
        if (stored.data().size() == 0) {
          return Optional.of(new WorkflowEvent(stored.type(), null, null, Map.of()));
        }
        JsonNode data = Jsons.read(Jsons.MAPPER, stored.data());
        Map<String, JsonNode> payload = new HashMap<>();
        if (data.get("payload") instanceof ObjectNode object) {
          object.forEachEntry(payload::put);
        }
        return Optional.of(
            new WorkflowEvent(stored.type(), text(data, "from"), text(data, "to"), payload));
      } catch (IllegalArgumentException e) {
        throw new UnreadableEventException(
            stored.type(), stored.schemaVersion(), String.valueOf(e.getMessage()), e);
      }
    }

    private static @Nullable String text(JsonNode data, String field) {
      JsonNode value = data.get(field);
      return value == null || value.isNull() ? null : value.asString();
    }
  }
}
