// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import dev.holdfast.streams.internal.json.Jsons;
import dev.holdfast.streams.internal.json.RequiredComponents;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The registry of the types of events: which class stands for which type and form, and how older
 * forms become the present one (ES-08). Data are JSON objects.
 *
 * <pre>{@code
 * sealed interface AccountEvent {
 *   record Opened(String owner) implements AccountEvent {}
 *   @EventType(version = 2)
 *   record Deposited(long cents, String currency) implements AccountEvent {}
 * }
 *
 * EventTypes<AccountEvent> types =
 *     EventTypes.builder(AccountEvent.class)
 *         .upcast("Deposited", 1, data -> data.put("currency", "EUR")) // from 1 to 2
 *         .build();
 * }</pre>
 *
 * <p>A component that is missing in the stored data is refused, unless it is annotated {@code
 * Nullable} or is an {@code Optional}: a fact is not guessed. Fields that the class does not have
 * are passed over. Immutable.
 *
 * @param <E> the common type of the events, for example a sealed interface
 */
public final class EventTypes<E> implements EventCodec<E> {

  private record Form<E>(Class<? extends E> event, String type, int version) {}

  private record Step(String type, int from) {}

  private final Class<E> root;
  private final JsonMapper mapper;
  private final Map<Class<?>, Form<E>> byClass;
  private final Map<String, Form<E>> byType;
  private final Map<Step, Upcaster> upcasters;

  private EventTypes(Builder<E> builder) {
    root = builder.root;
    mapper = builder.mapper;
    byClass = Map.copyOf(builder.byClass);
    byType = Map.copyOf(builder.byType);
    upcasters = Map.copyOf(builder.upcasters);
  }

  /**
   * Registers the records of a sealed interface, or one record.
   *
   * @param root the sealed interface, also one of sealed interfaces, or the record
   * @param <E> its type
   * @return the registry
   * @throws IllegalArgumentException when two have the same type, or there are none
   */
  public static <E> EventTypes<E> of(Class<E> root) {
    return builder(root).build();
  }

  /**
   * Creates a builder with the records of a sealed interface, or one record. Of a type that is not
   * sealed nothing is registered yet.
   *
   * @param root the common type
   * @param <E> its type
   * @return the builder
   * @throws IllegalArgumentException when two have the same type
   */
  public static <E> Builder<E> builder(Class<E> root) {
    return new Builder<>(root);
  }

  /** {@return the types that are registered, former names included} */
  public Set<String> types() {
    return byType.keySet();
  }

  @Override
  public EncodedEvent encode(E event) {
    Form<E> form = byClass.get(event.getClass());
    if (form == null) {
      throw new IllegalArgumentException(
          "%s is not registered among the events of %s"
              .formatted(event.getClass().getName(), root.getName()));
    }
    JsonNode data = Jsons.tree(mapper, event);
    if (!data.isObject()) {
      throw new IllegalArgumentException(
          "an event of type %s is written as %s; it has to be an object, such as a record"
              .formatted(form.type(), data.getNodeType()));
    }
    return new EncodedEvent(form.type(), form.version(), Jsons.write(mapper, data));
  }

  @Override
  public Optional<E> decode(EncodedEvent stored) {
    Form<E> form = byType.get(stored.type());
    return form == null ? Optional.empty() : Optional.of(decode(stored, form));
  }

  private E decode(EncodedEvent stored, Form<E> form) {
    try {
      ObjectNode data = object(stored);
      for (int version = stored.schemaVersion(); version < form.version(); version++) {
        data = upcaster(stored, form, version).upcast(data);
      }
      if (stored.schemaVersion() > form.version()) {
        throw unreadable(
            stored,
            "this code knows version %d; newer code has written it".formatted(form.version()),
            null);
      }
      E event = Jsons.value(mapper, data, form.event());
      RequiredComponents.check(event);
      return event;
    } catch (EventSourcingException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unreadable(stored, String.valueOf(e.getMessage()), e);
    }
  }

  /** Without bytes there are no components, which suits events that have none (ES-10). */
  private ObjectNode object(EncodedEvent stored) {
    if (stored.data().size() == 0) {
      return mapper.createObjectNode();
    }
    if (Jsons.read(mapper, stored.data()) instanceof ObjectNode object) {
      return object;
    }
    throw unreadable(stored, "the data are no JSON object", null);
  }

  private Upcaster upcaster(EncodedEvent stored, Form<E> form, int version) {
    Upcaster upcaster = upcasters.get(new Step(form.type(), version));
    if (upcaster == null) {
      throw unreadable(
          stored,
          "there is no upcaster from %d to %d; register one with upcast(\"%s\", %d, …)"
              .formatted(version, version + 1, form.type(), version),
          null);
    }
    return upcaster;
  }

  private static UnreadableEventException unreadable(
      EncodedEvent stored, String detail, @Nullable Throwable cause) {
    return new UnreadableEventException(stored.type(), stored.schemaVersion(), detail, cause);
  }

  /**
   * Builds registries. Not thread-safe.
   *
   * @param <E> the common type of the events
   */
  public static final class Builder<E> {

    private final Class<E> root;
    private final Map<Class<?>, Form<E>> byClass = new LinkedHashMap<>();
    private final Map<String, Form<E>> byType = new HashMap<>();
    private final Map<Step, Upcaster> upcasters = new HashMap<>();
    private JsonMapper mapper = Jsons.MAPPER;

    private Builder(Class<E> root) {
      this.root = root;
      Deque<Class<?>> open = new ArrayDeque<>();
      open.add(root);
      while (!open.isEmpty()) {
        Class<?> next = open.remove();
        if (next.isSealed()) {
          for (Class<?> permitted : next.getPermittedSubclasses()) {
            open.add(permitted);
          }
        } else if (!next.isInterface() && !byClass.containsKey(next)) {
          type(next.asSubclass(root));
        }
      }
    }

    /**
     * Registers a class under what its {@link EventType} says.
     *
     * @param event the class
     * @return this
     * @throws IllegalArgumentException when the class or its type is registered already
     */
    public Builder<E> type(Class<? extends E> event) {
      EventType said = event.getAnnotation(EventType.class);
      String name = said == null || said.value().isEmpty() ? event.getSimpleName() : said.value();
      return type(event, name, said == null ? 1 : said.version());
    }

    /**
     * Registers a class.
     *
     * @param event the class
     * @param type the type under which it is stored
     * @param version the form in which it is written, from 1
     * @return this
     * @throws IllegalArgumentException when the class or the type is registered already, the type
     *     is blank or belongs to the library, or the version is below 1
     */
    public Builder<E> type(Class<? extends E> event, String type, int version) {
      if (type.isBlank() || type.startsWith(Reserved.PREFIX)) {
        throw new IllegalArgumentException(
            "the type \"%s\" of %s is blank, or one of the library's own"
                .formatted(type, event.getName()));
      }
      if (version < 1) {
        throw new IllegalArgumentException(
            "the schema version of %s is %d; it has to be at least 1"
                .formatted(event.getName(), version));
      }
      Form<E> form = new Form<>(event, type, version);
      if (byClass.putIfAbsent(event, form) != null) {
        throw new IllegalArgumentException(event.getName() + " is registered already");
      }
      return name(type, form);
    }

    /**
     * Registers a former type of a class, which is read like the present one and never written.
     *
     * @param type the former type
     * @param event the class, registered before
     * @return this
     * @throws IllegalArgumentException when the class is not registered or the type is
     */
    public Builder<E> formerly(String type, Class<? extends E> event) {
      Form<E> form = byClass.get(event);
      if (form == null) {
        throw new IllegalArgumentException(event.getName() + " is not registered yet");
      }
      return name(type, form);
    }

    private Builder<E> name(String type, Form<E> form) {
      Form<E> other = byType.putIfAbsent(type, form);
      if (other != null) {
        throw new IllegalArgumentException(
            "the type %s stands for %s and %s; give one another name with @EventType"
                .formatted(type, other.event().getName(), form.event().getName()));
      }
      return this;
    }

    /**
     * Registers what brings data of a type to its next form.
     *
     * @param type the present type
     * @param from the form before, from 1; the one after is the next number
     * @param upcaster what brings it there
     * @return this
     * @throws IllegalArgumentException when there is one already, or no such form
     */
    public Builder<E> upcast(String type, int from, Upcaster upcaster) {
      Form<E> form = byType.get(type);
      if (form == null || !form.type().equals(type) || from < 1 || from >= form.version()) {
        throw new IllegalArgumentException(
            "an upcaster of type %s from version %d leads to nothing; the type has to be registered with a greater version"
                .formatted(type, from));
      }
      if (upcasters.putIfAbsent(new Step(type, from), upcaster) != null) {
        throw new IllegalArgumentException(
            "type %s has two upcasters from version %d".formatted(type, from));
      }
      return this;
    }

    /**
     * Sets how JSON is read and written.
     *
     * @param mapper the mapper; it has to write equal events as equal bytes
     * @return this
     */
    public Builder<E> mapper(JsonMapper mapper) {
      this.mapper = mapper;
      return this;
    }

    /**
     * Builds the registry.
     *
     * @return the registry
     * @throws IllegalArgumentException when nothing is registered
     */
    public EventTypes<E> build() {
      if (byClass.isEmpty()) {
        throw new IllegalArgumentException(
            "no events are registered; %s is not sealed, so name its classes with type(…)"
                .formatted(root.getName()));
      }
      return new EventTypes<>(this);
    }
  }
}
