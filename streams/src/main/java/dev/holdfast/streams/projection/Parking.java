// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.streams.internal.Invalidated;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Retries what is parked. One thread. */
final class Parking<E, R> {

  private final Site<E, R> site;
  private final EventReader<E> reader;
  private final int generation;

  Parking(Site<E, R> site, int generation) {
    this.site = site;
    this.generation = generation;
    reader = new EventReader<>(site.store, site.projection);
  }

  /**
   * Retries streams in order, each up to its first failure, and none any more once the thread was
   * interrupted; returns how many went in.
   */
  int retry(Predicate<StreamId> wanted) {
    int done = 0;
    Set<StreamId> failed = new HashSet<>();
    while (true) {
      ParkedEvent next =
          site.parkedEvents(generation).all().stream()
              .filter(e -> wanted.test(e.stream()) && !failed.contains(e.stream()))
              .findFirst()
              .orElse(null);
      if (next == null) {
        return done;
      }
      try {
        if (retry(next)) {
          done++;
        } else if (Thread.currentThread().isInterrupted()) {
          return done; // the others would be interrupted too, and count as tried
        } else {
          failed.add(next.stream());
        }
      } catch (ProviderError.VersionConflict | ProviderError.NotFound e) {
        // The shard has moved, or somebody retries too: look again.
      }
    }
  }

  private LogPosition checkpoint(int shard) {
    return Site.checkpoints(Site.generation(site.info(), generation)).get(shard);
  }

  private int shard(ParkedEvent parked) {
    return Site.shardOf(parked.stream(), Site.generation(site.info(), generation).shards().size());
  }

  private boolean retry(ParkedEvent parked) {
    int shard = shard(parked);
    LogPosition at = checkpoint(shard);
    StreamEvent event = event(parked);
    try (RowSession session = site.session(generation, shard, at, null)) {
      Overlay<R> overlay = new Overlay<>(site.codec, session::find);
      try {
        ProjectedEvent<E> read =
            Invalidated.is(event.content()) || reader.isInvalidated(event)
                ? null
                : reader.read(event);
        if (read != null) {
          overlay.apply(site.projection.handler().handle(read, overlay));
          Effect<E> effect = site.projection.effect();
          if (effect != null) {
            effect.happen(read);
          }
        }
      } catch (ProviderError | TableFailedException e) {
        throw e;
      } catch (Exception e) {
        ParkedEvent again = ParkedEvent.of(event, parked.attempts() + 1, Texts.of(e));
        session.commit(new RowSession.Commit(at, List.of(), List.of(), List.of(again), List.of()));
        Pauses.keepInterrupt(e);
        return false;
      }
      session.commit(
          new RowSession.Commit(
              at, overlay.edits(), List.of(), List.of(), List.of(parked.position())));
      return true;
    }
  }

  private StreamEvent event(ParkedEvent parked) {
    StreamPage page =
        site.store.call(
            s -> s.readStream(parked.stream(), parked.version(), Direction.FORWARDS, 1));
    if (page.events().isEmpty() || page.events().getFirst().version() != parked.version()) {
      throw new EventSourcingException(
          "version %d of stream %s is parked, and was archived; drop it, or read it from the archive"
              .formatted(parked.version(), parked.stream()),
          null);
    }
    return page.events().getFirst();
  }
}
