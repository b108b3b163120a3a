// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.Cursor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An input for a trigger. Immutable, as long as nobody changes the value in it.
 *
 * @param inputId its id, by which a second delivery is recognised: that of a webhook call, of a
 *     message, of a line; never a time, and never begun with {@code holdfast.}
 * @param value the value, which is kept as JSON
 * @param cursor how far the source has been delivered with it, absent for a source without order
 */
public record NewTriggerInput(String inputId, @Nullable Object value, @Nullable Cursor cursor) {

  /** Requires the id. */
  public NewTriggerInput {
    Objects.requireNonNull(inputId, "inputId");
  }

  /**
   * Creates an input of a source without order.
   *
   * @param inputId its id
   * @param value the value, which is kept as JSON
   * @return the input
   */
  public static NewTriggerInput of(String inputId, @Nullable Object value) {
    return new NewTriggerInput(inputId, value, null);
  }
}
