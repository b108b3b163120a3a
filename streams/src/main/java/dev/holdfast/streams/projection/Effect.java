// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/**
 * What an event causes outside of the store, such as a mail. It comes at least once for each event,
 * in the order of a stream, and again after a crash: show others {@link ProjectedEvent#id()}. A
 * rebuild does not repeat it.
 *
 * @param <E> the events
 */
@FunctionalInterface
public interface Effect<E> {

  /**
   * Causes it.
   *
   * @param event the event
   * @throws Exception when it failed, which is as if the handler had failed
   */
  void happen(ProjectedEvent<E> event) throws Exception;
}
