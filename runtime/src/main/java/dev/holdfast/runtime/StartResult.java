// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/**
 * What a start found. A caller that delivers a request at least once starts with it each time, and
 * learns here whether this was the first.
 *
 * @param kind whether this call started the instance
 * @param inputDiffers true when the instance exists with an input that is encoded differently: it
 *     keeps the first one. Also true while the first start is still queued with another version, as
 *     its input cannot be compared then; and not yet true while the first start is still queued and
 *     either of the two was traced, as each trace is another content. Never true for {@link
 *     Kind#NEW}
 */
public record StartResult(Kind kind, boolean inputDiffers) {

  /** Whether the start was the first. */
  public enum Kind {
    /** This call stored the start. */
    NEW,
    /** The id was started before, with the same orchestration; this call changed nothing. */
    EXISTING
  }

  /** Checks the parts. */
  public StartResult {
    if (kind == Kind.NEW && inputDiffers) {
      throw new IllegalArgumentException("a new instance has no other input");
    }
  }

  /** {@return whether this call started the instance: true for {@link Kind#NEW}} */
  public boolean isNew() {
    return kind == Kind.NEW;
  }
}
