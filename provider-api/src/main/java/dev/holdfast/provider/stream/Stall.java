// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that holds back readers or appends (ORDER-11).
 *
 * @param kind what is held back
 * @param since since when, absent when the store cannot tell
 * @param holder who holds it, in words that an operator can act on, without payloads
 */
public record Stall(Kind kind, @Nullable Instant since, String holder) {

  /** What is held back. */
  public enum Kind {
    /** Events are committed and not delivered to readers of the log yet. */
    READERS,
    /** Appends wait. */
    APPENDS
  }
}
