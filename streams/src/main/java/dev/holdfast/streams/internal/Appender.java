// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;

/** How appends that expect a version, and have a key, get into the store. Thread-safe. */
@FunctionalInterface
public interface Appender {

  /** Appends, and fails like the store. */
  Appended append(AppendEvents append);
}
