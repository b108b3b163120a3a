// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.util.List;

/**
 * Says what an event changes. A function of its arguments: it may run again for the same event, in
 * a rebuild or after a crash, and then has to say the same. What it causes outside belongs into an
 * {@link Effect}.
 *
 * @param <E> the events
 * @param <R> the rows
 */
@FunctionalInterface
public interface ProjectionHandler<E, R> {

  /**
   * Says what an event changes.
   *
   * @param event the event
   * @param rows the rows before it
   * @return what becomes of which rows, none for nothing
   * @throws Exception when it cannot; it is tried again, and then the {@link FailurePolicy} decides
   */
  List<Row<R>> handle(ProjectedEvent<E> event, Rows<R> rows) throws Exception;
}
