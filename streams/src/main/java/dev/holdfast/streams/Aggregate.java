// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EventCodec;
import dev.holdfast.streams.event.EventTypes;
import dev.holdfast.streams.event.UnknownTypes;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A kind of thing whose truth is its events: a category of streams, an initial state, which events
 * follow from a command, and what each event makes of the state (ES-01). A value, without a store;
 * {@link EventSourcing#repository} joins the two. States are immutable: they are kept and shared.
 *
 * <p>Immutable.
 *
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
public final class Aggregate<S, C, E> {

  private final String category;
  private final Class<S> stateType;
  private final int stateVersion;
  private final S initial;
  private final Decide<S, C, E> decide;
  private final Evolve<S, E> evolve;
  private final Predicate<S> complete;
  private final EventCodec<E> events;
  private final UnknownTypes unknownTypes;
  private final JsonMapper mapper;
  private final boolean hashChain;

  private Aggregate(Builder<S, C, E> builder, S initial, EventCodec<E> events) {
    category = builder.category;
    stateType = builder.stateType;
    stateVersion = builder.stateVersion;
    this.initial = initial;
    decide = required(builder.decide, "decide");
    evolve = required(builder.evolve, "evolve");
    complete = builder.complete;
    this.events = events;
    unknownTypes = builder.unknownTypes;
    mapper = builder.mapper;
    hashChain = builder.hashChain;
  }

  private static <T> T required(@Nullable T part, String name) {
    if (part == null) {
      throw new IllegalArgumentException("the aggregate lacks " + name + "(…)");
    }
    return part;
  }

  /**
   * Creates a builder.
   *
   * @param category the category of the streams, such as {@code account}
   * @param state the class of the states, which snapshots are read as
   * @param commands the common type of the commands
   * @param events the common type of the events, for example a sealed interface of records
   * @param <S> the state
   * @param <C> the commands
   * @param <E> the events
   * @return the builder
   * @throws dev.holdfast.provider.ProviderError.InvalidRequest when the category is no identifier
   * @throws IllegalArgumentException when the category begins with {@code ~}, which separates
   *     tenants (ES-42)
   */
  public static <S, C, E> Builder<S, C, E> builder(
      String category, Class<S> state, Class<C> commands, Class<E> events) {
    Objects.requireNonNull(commands, "commands");
    return new Builder<>(category, state, events);
  }

  /** {@return the category of the streams} */
  public String category() {
    return category;
  }

  /** {@return the class of the states} */
  public Class<S> stateType() {
    return stateType;
  }

  /** {@return under which name snapshots are stored: another one for each form of the state} */
  public String schema() {
    return "state-" + stateVersion;
  }

  /** {@return the state of a stream without events} */
  public S initial() {
    return initial;
  }

  /** {@return which events follow from a command} */
  public Decide<S, C, E> decide() {
    return decide;
  }

  /** {@return what an event makes of a state} */
  public Evolve<S, E> evolve() {
    return evolve;
  }

  /** {@return the types of the events} */
  public EventCodec<E> events() {
    return events;
  }

  /** {@return what is done with events of types that are not registered} */
  public UnknownTypes unknownTypes() {
    return unknownTypes;
  }

  /** {@return whether each event carries the hash of the one before (ES-12)} */
  public boolean isHashChain() {
    return hashChain;
  }

  /**
   * Tells whether nothing more is expected to happen.
   *
   * @param state a state
   * @return whether it is complete; false where the aggregate does not say
   */
  public boolean isComplete(S state) {
    return complete.test(state);
  }

  /**
   * Returns the same aggregate with another meaning of its events, to compare the two (ES-19).
   *
   * @param evolve what an event makes of a state
   * @return the aggregate
   */
  public Aggregate<S, C, E> withEvolve(Evolve<S, E> evolve) {
    Builder<S, C, E> builder = new Builder<>(category, stateType, null);
    builder.stateVersion = stateVersion;
    builder.decide = decide;
    builder.evolve = evolve;
    builder.complete = complete;
    builder.unknownTypes = unknownTypes;
    builder.mapper = mapper;
    builder.hashChain = hashChain;
    return new Aggregate<>(builder, initial, events);
  }

  /**
   * Returns the same aggregate with other commands.
   *
   * @param other which events follow from them
   * @param <D> the other commands
   * @return the aggregate
   */
  public <D> Aggregate<S, D, E> withDecide(Decide<S, D, E> other) {
    Builder<S, D, E> builder = new Builder<>(category, stateType, null);
    builder.stateVersion = stateVersion;
    builder.decide = other;
    builder.evolve = evolve;
    builder.complete = complete;
    builder.unknownTypes = unknownTypes;
    builder.mapper = mapper;
    builder.hashChain = hashChain;
    return new Aggregate<>(builder, initial, events);
  }

  /**
   * Writes a state, as snapshots have it.
   *
   * @param state the state
   * @return its JSON
   * @throws IllegalArgumentException when it cannot be written
   */
  public Payload writeState(S state) {
    return Jsons.write(mapper, state);
  }

  /**
   * Reads a state that {@link #writeState} has written.
   *
   * @param stored its JSON
   * @return the state
   * @throws IllegalArgumentException when it cannot be read
   */
  public S readState(Payload stored) {
    return Jsons.value(mapper, Jsons.read(mapper, stored), stateType);
  }

  /** {@return such as {@code aggregate account}} */
  @Override
  public String toString() {
    return "aggregate " + category;
  }

  /**
   * Builds aggregates. Not thread-safe.
   *
   * @param <S> the state
   * @param <C> the commands
   * @param <E> the events
   */
  public static final class Builder<S, C, E> {

    private final String category;
    private final Class<S> stateType;
    private final @Nullable Class<E> eventType;
    private int stateVersion = 1;
    private @Nullable S initial;
    private @Nullable Decide<S, C, E> decide;
    private @Nullable Evolve<S, E> evolve;
    private Predicate<S> complete = state -> false;
    private @Nullable EventCodec<E> events;
    private UnknownTypes unknownTypes = UnknownTypes.FAIL;
    private JsonMapper mapper = Jsons.MAPPER;
    private boolean hashChain;

    private Builder(String category, Class<S> stateType, @Nullable Class<E> eventType) {
      this.category = new StreamId(category, "any").category();
      this.stateType = Objects.requireNonNull(stateType, "state");
      this.eventType = eventType;
      if (category.startsWith("~")) {
        throw new IllegalArgumentException(
            "the category %s begins with ~, which separates tenants; choose another name"
                .formatted(category));
      }
    }

    /**
     * Sets the state of a stream without events.
     *
     * @param initial the state
     * @return this
     */
    public Builder<S, C, E> initial(S initial) {
      this.initial = Objects.requireNonNull(initial, "initial");
      return this;
    }

    /**
     * Sets which events follow from a command.
     *
     * @param decide the function
     * @return this
     */
    public Builder<S, C, E> decide(Decide<S, C, E> decide) {
      this.decide = Objects.requireNonNull(decide, "decide");
      return this;
    }

    /**
     * Sets what an event makes of a state.
     *
     * @param evolve the function
     * @return this
     */
    public Builder<S, C, E> evolve(Evolve<S, E> evolve) {
      this.evolve = Objects.requireNonNull(evolve, "evolve");
      return this;
    }

    /**
     * Sets when nothing more is expected to happen. Without it nothing is complete.
     *
     * @param complete the condition
     * @return this
     */
    public Builder<S, C, E> isComplete(Predicate<S> complete) {
      this.complete = Objects.requireNonNull(complete, "complete");
      return this;
    }

    /**
     * Sets the types of the events. Without it they are those of {@link EventTypes#of}.
     *
     * @param events the types
     * @return this
     */
    public Builder<S, C, E> events(EventCodec<E> events) {
      this.events = Objects.requireNonNull(events, "events");
      return this;
    }

    /**
     * Sets what is done with events of types that are not registered; {@link UnknownTypes#FAIL}
     * unless set (ES-09).
     *
     * @param policy what is done
     * @return this
     */
    public Builder<S, C, E> unknownTypes(UnknownTypes policy) {
      this.unknownTypes = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Sets the form of the states, 1 unless set. Raise it whenever the class of the states or what
     * events make of them has changed: snapshots of other forms are not used.
     *
     * @param stateVersion the form, from 1
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public Builder<S, C, E> stateVersion(int stateVersion) {
      if (stateVersion < 1) {
        throw new IllegalArgumentException(
            "the form of the state is %d; it has to be at least 1".formatted(stateVersion));
      }
      this.stateVersion = stateVersion;
      return this;
    }

    /**
     * Sets how states are read and written as JSON.
     *
     * @param mapper the mapper
     * @return this
     */
    public Builder<S, C, E> stateMapper(JsonMapper mapper) {
      this.mapper = Objects.requireNonNull(mapper, "mapper");
      return this;
    }

    /**
     * Has each event carry the hash of the one before, in its metadata, from the first event of a
     * stream on (ES-12). {@link Repository#verifyChain} then finds what was changed or removed past
     * the store.
     *
     * @return this
     */
    public Builder<S, C, E> hashChain() {
      hashChain = true;
      return this;
    }

    /**
     * Builds the aggregate.
     *
     * @return the aggregate
     * @throws IllegalArgumentException when a part is missing, two events have the same type, or
     *     the initial state does not survive being written and read
     */
    public Aggregate<S, C, E> build() {
      Aggregate<S, C, E> aggregate = new Aggregate<>(this, required(initial, "initial"), codec());
      aggregate.checkStates();
      return aggregate;
    }

    private EventCodec<E> codec() {
      EventCodec<E> given = events;
      return given == null ? EventTypes.of(required(eventType, "events")) : given;
    }
  }

  /** A snapshot that reads as another state would be worse than none. */
  private void checkStates() {
    S back = readState(writeState(initial));
    boolean comparable = stateType.isRecord() || stateType.isSealed() || stateType.isEnum();
    if (comparable && !back.equals(initial)) {
      throw new IllegalArgumentException(
          "the initial state of %s is %s, and reads as %s after it was written as JSON; snapshots would lie"
              .formatted(category, initial, back));
    }
  }
}
