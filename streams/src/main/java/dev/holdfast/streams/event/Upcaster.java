// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import tools.jackson.databind.node.ObjectNode;

/**
 * Brings the data of an event from one form to the next (ES-08). A pure function; stored bytes stay
 * as they are.
 */
@FunctionalInterface
public interface Upcaster {

  /**
   * Brings data to the next form.
   *
   * @param data the data in the form before; the caller's own copy, which may be changed
   * @return the data in the form after, for example the same object
   */
  ObjectNode upcast(ObjectNode data);
}
