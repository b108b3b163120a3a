// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;

/**
 * Which version a stream has to be at for an append to fit (STREAM-04). The version is that of the
 * last event, 0 for a stream without events. Immutable.
 */
public sealed interface Expected {

  /** The stream has no events. */
  record NoStream() implements Expected {}

  /** The stream has events. */
  record Exists() implements Expected {}

  /** Every version fits, so that the append never conflicts (STREAM-07). */
  record Any() implements Expected {}

  /**
   * The stream is at one version.
   *
   * @param version the version, from 1; at 0 it is {@link NoStream}
   */
  record Exactly(long version) implements Expected {
    /**
     * Checks the version.
     *
     * @throws ProviderError.InvalidRequest when it is below 1
     */
    public Exactly {
      Checks.atLeastOne("Expected", "version", version);
    }
  }

  /** {@return what is expected, such as {@code no stream} or {@code version 3}} */
  default String inWords() {
    return switch (this) {
      case NoStream none -> "no stream";
      case Exists exists -> "a stream with events";
      case Any any -> "any version";
      case Exactly(long version) -> "version " + version;
    };
  }

  /** {@return that the stream has no events} */
  static Expected noStream() {
    return new NoStream();
  }

  /** {@return that the stream has events} */
  static Expected exists() {
    return new Exists();
  }

  /** {@return that every version fits} */
  static Expected any() {
    return new Any();
  }

  /**
   * Expects one version.
   *
   * @param version the version of the last event; at 0 it is {@link #noStream()}
   * @return the expectation
   * @throws ProviderError.InvalidRequest when it is negative
   */
  static Expected exactly(long version) {
    if (version < 0) {
      throw new InvalidRequest(
          "Expected", "version is %d; it must not be negative".formatted(version));
    }
    return version == 0 ? noStream() : new Exactly(version);
  }

  /**
   * Decides whether a stream is as expected.
   *
   * @param lastVersion the version of its last event, 0 when it has none
   * @return whether an append fits
   */
  default boolean fits(long lastVersion) {
    return switch (this) {
      case NoStream none -> lastVersion == 0;
      case Exists exists -> lastVersion > 0;
      case Any any -> true;
      case Exactly(long version) -> lastVersion == version;
    };
  }

  /**
   * {@return the least version that fits: 0 for no stream and for any, 1 for one that exists, else
   * the version itself}
   */
  default long version() {
    return switch (this) {
      case NoStream none -> 0;
      case Exists exists -> 1;
      case Any any -> 0;
      case Exactly exactly -> exactly.version;
    };
  }
}
