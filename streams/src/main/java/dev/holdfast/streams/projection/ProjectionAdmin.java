// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.internal.Own;
import dev.holdfast.streams.internal.StoreAccess;
import java.util.List;

/**
 * What operators ask about projections whose code they do not have. With the code {@link Projector}
 * can do more. Thread-safe.
 *
 * <p>Every method throws {@link ProviderError.NotFound} when there is no such projection, and other
 * {@link ProviderError}s when the store fails for longer than the patience of {@link
 * EventSourcing}.
 */
public final class ProjectionAdmin {

  private final StoreAccess store;
  private final Projections rows;

  private ProjectionAdmin(StoreAccess store) {
    this.store = store;
    rows =
        store
            .provider()
            .capability(Projections.class)
            .orElseThrow(
                () -> new ProviderError.NotSupported("ProjectionAdmin", Feature.PROJECTIONS));
  }

  /**
   * Asks about the projections of a store.
   *
   * @param events the library on the store, or the view of a tenant, which sees its own
   * @return the questions
   * @throws ProviderError.NotSupported when the store has no projections
   */
  public static ProjectionAdmin on(EventSourcing events) {
    return new ProjectionAdmin(events.store());
  }

  /**
   * Tells what the library keeps for itself, such as the phase of a migration, from projections of
   * applications.
   *
   * @param stored the name of a projection, as the store knows it
   * @return whether it is one of the library; its checkpoints say nothing about events
   */
  public static boolean isOfTheLibrary(String stored) {
    return Own.isProjection(stored);
  }

  /** {@return the names of the projections of applications that are there, in order} */
  public List<String> names() {
    String prefix = store.tenant().prefix();
    return store.patience().call(rows::projections).stream()
        .filter(name -> name.startsWith(prefix) && !Own.isProjection(name))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  /**
   * Counts what the live rows have not folded in. Which events a projection is about is known to
   * its code alone, so that all events behind its checkpoint count here; those that it passes over
   * too. Rows that are stored with the appends have no checkpoint: they seem to be behind
   * everything.
   *
   * @param projection the name of the projection
   * @param atMost at how many events counting ends, from 1
   * @return how far the rows are behind
   */
  public ProjectionBacklog backlog(String projection, long atMost) {
    LogHead head = store.call(streams -> streams.head());
    ProjectionInfo info = info(projection);
    return new Behind(
            Site.generation(info, info.live()),
            head,
            from -> store.call(s -> s.readLog(LogRead.after(from, store.pageSize()))),
            event -> store.tenant().sees(event.stream()))
        .count(atMost);
  }

  /**
   * Lists what the live rows do without because it is parked.
   *
   * @param projection the name of the projection
   * @return the events in the order of the log; their streams as the store knows them
   */
  public List<ParkedEvent> parked(String projection) {
    return live(projection).all();
  }

  /**
   * Gives a parked event up, as {@link Projector#dropParked} does.
   *
   * @param projection the name of the projection
   * @param position the position of the event
   * @return whether it was parked
   */
  public boolean dropParked(String projection, LogPosition position) {
    return live(projection).drop(position);
  }

  private ParkedEvents live(String projection) {
    ProjectionInfo info = info(projection);
    return new ParkedEvents(store, rows, info.projection(), info.live());
  }

  private ProjectionInfo info(String projection) {
    String name = store.tenant().storedCategory(projection);
    return store
        .patience()
        .call(() -> rows.projection(name))
        .orElseThrow(() ->
            new ProviderError.NotFound(
                "ProjectionAdmin", null, "projection \"%s\"".formatted(projection)));
  }
}
