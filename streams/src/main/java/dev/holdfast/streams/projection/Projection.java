// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.streams.event.EventCodec;
import dev.holdfast.streams.event.EventTypes;
import dev.holdfast.streams.event.UnknownTypes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a projection is: a name, a filter, a handler, and a build number (ES-20). It knows no store;
 * {@link Projector} keeps its rows in one. Immutable.
 *
 * @param <E> the events
 * @param <R> the rows: records, or what else is written as JSON
 */
public final class Projection<E, R> {

  private final String name;
  private final int build;
  private final EventCodec<E> events;
  private final Class<R> rowType;
  private final LogFilter filter;
  private final UnknownTypes unknownTypes;
  private final FailurePolicy onFailure;
  private final ProjectionHandler<E, R> handler;
  private final @Nullable Effect<E> effect;

  private Projection(Builder<E, R> builder, ProjectionHandler<E, R> handler) {
    name = builder.name;
    build = builder.build;
    events = builder.codec();
    rowType = builder.rowType;
    filter = builder.filter;
    unknownTypes = builder.unknownTypes;
    onFailure = builder.onFailure;
    effect = builder.effect;
    this.handler = Objects.requireNonNull(handler, "handler");
  }

  /**
   * Begins a projection.
   *
   * @param name its name, an identifier
   * @param events the common type of the events, for example a sealed interface of records
   * @param rows what the rows are
   * @param <E> the events
   * @param <R> the rows
   * @return a builder, which {@link Builder#handler} ends
   * @throws IllegalArgumentException when the name is empty
   */
  public static <E, R> Builder<E, R> builder(String name, Class<E> events, Class<R> rows) {
    return new Builder<>(name, events, rows);
  }

  /** {@return its name} */
  public String name() {
    return name;
  }

  /** {@return the number of its code: another one means other rows} */
  public int build() {
    return build;
  }

  /** {@return what reads the events} */
  public EventCodec<E> events() {
    return events;
  }

  /** {@return what the rows are} */
  public Class<R> rowType() {
    return rowType;
  }

  /** {@return which events it is about} */
  public LogFilter filter() {
    return filter;
  }

  /** {@return what becomes of events of unknown types} */
  public UnknownTypes unknownTypes() {
    return unknownTypes;
  }

  /** {@return what becomes of events that cannot be handled} */
  public FailurePolicy onFailure() {
    return onFailure;
  }

  ProjectionHandler<E, R> handler() {
    return handler;
  }

  @Nullable Effect<E> effect() {
    return effect;
  }

  /**
   * Builds projections. Not thread-safe.
   *
   * @param <E> the events
   * @param <R> the rows
   */
  public static final class Builder<E, R> {

    private final String name;
    private final Class<E> root;
    private final Class<R> rowType;
    private int build = 1;
    private @Nullable EventCodec<E> events;
    private LogFilter filter = LogFilter.all();
    private UnknownTypes unknownTypes = UnknownTypes.FAIL;
    private FailurePolicy onFailure = FailurePolicy.stop();
    private @Nullable Effect<E> effect;

    private Builder(String name, Class<E> root, Class<R> rowType) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("the projection has no name");
      }
      this.name = name;
      this.root = Objects.requireNonNull(root, "events");
      this.rowType = Objects.requireNonNull(rowType, "rows");
    }

    private EventCodec<E> codec() {
      return events == null ? EventTypes.of(root) : events;
    }

    /**
     * Says of which categories the events are.
     *
     * @param categories the categories, none for any
     * @return this
     */
    public Builder<E, R> categories(String... categories) {
      return filter(LogFilter.builder().categories(categories).build());
    }

    /**
     * Says which events it is about, all unless set.
     *
     * @param filter the filter
     * @return this
     */
    public Builder<E, R> filter(LogFilter filter) {
      this.filter = Objects.requireNonNull(filter, "filter");
      return this;
    }

    /**
     * Sets the number of the code, 1 unless set. Raise it when the rows come out otherwise: a
     * runner leaves rows of another build alone until {@link Projector#rebuild()} has made its own.
     *
     * @param build the number, from 1
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public Builder<E, R> build(int build) {
      if (build < 1) {
        throw new IllegalArgumentException("the build is " + build + "; it starts at 1");
      }
      this.build = build;
      return this;
    }

    /**
     * Sets what reads the events, with their upcasters; {@link EventTypes#of} unless set.
     *
     * @param events the registry
     * @return this
     */
    public Builder<E, R> events(EventCodec<E> events) {
      this.events = Objects.requireNonNull(events, "events");
      return this;
    }

    /**
     * Sets what becomes of events whose type is not registered (ES-09): {@code FAIL} unless set,
     * which is a failure that is not tried again.
     *
     * @param unknownTypes the policy
     * @return this
     */
    public Builder<E, R> unknownTypes(UnknownTypes unknownTypes) {
      this.unknownTypes = Objects.requireNonNull(unknownTypes, "unknownTypes");
      return this;
    }

    /**
     * Sets what becomes of events that cannot be handled (ES-22), {@link FailurePolicy#stop()}
     * unless set.
     *
     * @param onFailure the policy
     * @return this
     */
    public Builder<E, R> onFailure(FailurePolicy onFailure) {
      this.onFailure = Objects.requireNonNull(onFailure, "onFailure");
      return this;
    }

    /**
     * Sets what each event causes outside of the store; nothing unless set.
     *
     * @param effect what it causes
     * @return this
     */
    public Builder<E, R> effect(Effect<E> effect) {
      this.effect = Objects.requireNonNull(effect, "effect");
      return this;
    }

    /**
     * Sets the handler, and builds the projection.
     *
     * @param handler says what an event changes
     * @return the projection
     * @throws IllegalArgumentException when no events are registered
     */
    public Projection<E, R> handler(ProjectionHandler<E, R> handler) {
      return new Projection<>(this, handler);
    }
  }
}
