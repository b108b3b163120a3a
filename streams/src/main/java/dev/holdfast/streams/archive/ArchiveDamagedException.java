// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.streams.event.EventSourcingException;
import org.jspecify.annotations.Nullable;

/**
 * What an archive has is not what was put there, is missing, or cannot be read. Nothing was removed
 * from the store because of it.
 */
public final class ArchiveDamagedException extends EventSourcingException {

  private static final long serialVersionUID = 1L;

  ArchiveDamagedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
