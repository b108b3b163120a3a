// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.ParkedStream;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.RecordedEvent;
import dev.holdfast.streams.event.UnknownEventTypeException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the events behind a base. It goes to the end in any case: an event that cannot be
 * folded in may have been invalidated by a later one. Not thread-safe.
 */
final class FoldPass<S, E> {

  private final Aggregate<S, ?, E> aggregate;
  private final Tenant tenant;
  private final Folded<S> base;
  private final Set<Long> invalid;
  private final LoadRequest.@Nullable Taker<E> events;

  private S state;
  private long version;
  private @Nullable String hash;
  private long eventsRead;
  private boolean inVain;
  private @Nullable ParkedStream parked;
  private @Nullable RuntimeException failure;

  /** What it learns of invalidated events it adds to the set. */
  FoldPass(
      Aggregate<S, ?, E> aggregate,
      Tenant tenant,
      Folded<S> base,
      Set<Long> invalid,
      LoadRequest.@Nullable Taker<E> events) {
    this.aggregate = aggregate;
    this.tenant = tenant;
    this.base = base;
    this.invalid = invalid;
    this.events = events;
    state = base.state();
    version = base.version();
    hash = base.hash();
    parked = base.parked();
    if (events != null) {
      events.forget();
    }
  }

  boolean takes(StreamEvent event) {
    eventsRead++;
    learn(event);
    if (inVain || failure != null || parked != null) {
      return true;
    }
    if (!invalid.contains(event.version()) && !Invalidated.is(event.content())) {
      fold(event);
    }
    if (parked == null) {
      version = event.version();
      hash = HashChain.of(event.content());
    }
    return true;
  }

  private void learn(StreamEvent event) {
    Invalidated said = Invalidated.read(event.content());
    if (said != null && said.version() < event.version() && invalid.add(said.version())) {
      inVain = true;
    }
  }

  private void fold(StreamEvent event) {
    try {
      Optional<E> data =
          aggregate
              .events()
              .decode(
                  new EncodedEvent(
                      event.content().type(),
                      event.content().schemaVersion(),
                      event.content().data()));
      if (data.isEmpty()) {
        passOver(event);
      } else {
        state = aggregate.evolve().evolve(state, data.get());
        if (events != null) {
          events.accept(RecordedEvent.of(tenant.seen(event), data.get()));
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void passOver(StreamEvent event) {
    switch (aggregate.unknownTypes()) {
      case IGNORE -> {}
      case PARK -> parked = new ParkedStream(event.version(), event.content().type());
      case FAIL ->
          failure =
              new UnknownEventTypeException(
                  tenant.seen(event.stream()), event.version(), event.content().type());
    }
  }

  /** Whether an event that is folded in has turned out not to count. */
  boolean isInVain() {
    return inVain;
  }

  long eventsRead() {
    return eventsRead;
  }

  /** The state; throws what kept an event from being folded in. */
  Folded<S> folded() {
    if (failure != null) {
      throw failure;
    }
    return new Folded<>(base.stream(), state, version, hash, parked);
  }
}
