// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.application;

import dev.holdfast.provider.Provider;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.projection.Projector;
import java.util.List;

/**
 * The aggregates and projections of an application, for tools that need its code to answer: what a
 * state was, whether rows are what the log says. A tool finds it with {@link
 * java.util.ServiceLoader}, so that its jar names it in {@code
 * META-INF/services/dev.holdfast.streams.application.EventSourcedApplication}, and the class is
 * public and has a constructor without parameters.
 *
 * <pre>{@code
 * public final class BankApplication implements EventSourcedApplication {
 *   public List<Aggregate<?, ?, ?>> aggregates() {
 *     return List.of(ACCOUNT);
 *   }
 *
 *   public List<Projector<?, ?>> projectors(EventSourcing events) {
 *     return List.of(Projector.on(events, BALANCES));
 *   }
 * }
 * }</pre>
 *
 * <p>A tool calls it from one thread. What it throws ends what the tool was asked for.
 */
public interface EventSourcedApplication {

  /**
   * Joins the library and the store that the tool has opened. One that archives, or has settings of
   * its own, does it here as it does elsewhere.
   *
   * @param provider the store, which the tool closes
   * @return the library on it, which the tool closes; with the usual settings unless overridden
   */
  default EventSourcing events(Provider provider) {
    return EventSourcing.on(provider);
  }

  /**
   * Names the aggregates, each category once.
   *
   * @return the aggregates, none unless overridden
   */
  default List<Aggregate<?, ?, ?>> aggregates() {
    return List.of();
  }

  /**
   * Makes the projectors as the application itself does: behind the log, inline, or into its own
   * tables, and in as many shards. Each name once.
   *
   * @param events the library on a store, or the view of a tenant
   * @return the projectors, none unless overridden; not started
   */
  default List<Projector<?, ?>> projectors(EventSourcing events) {
    return List.of();
  }
}
