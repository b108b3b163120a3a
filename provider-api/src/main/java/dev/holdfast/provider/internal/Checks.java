// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.internal;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The checks that constructors of SPI values share, so that all of them refuse alike. */
public final class Checks {

  /** Longest identifier in UTF-16 units (DATA-04). */
  public static final int MAX_IDENTIFIER_LENGTH = 256;

  /** Longest text in UTF-16 units (RUN-16). */
  public static final int MAX_TEXT_LENGTH = 4_096;

  /** Earliest instant that a store can hold. */
  public static final Instant MIN_INSTANT = Instant.parse("0001-01-01T00:00:00Z");

  /** Latest instant that a store can hold (QUEUE-05). */
  public static final Instant MAX_INSTANT = Instant.parse("9999-12-31T23:59:59.999999Z");

  private Checks() {}

  /**
   * Requires an identifier.
   *
   * @param owner the type being built, for the message
   * @param field the field, for the message
   * @param value the identifier
   * @return {@code value}
   */
  public static String identifier(String owner, String field, String value) {
    Objects.requireNonNull(value, field);
    if (value.isEmpty()) {
      throw new InvalidRequest(
          owner, field + " is empty; give it 1 to " + MAX_IDENTIFIER_LENGTH + " characters");
    }
    if (value.length() > MAX_IDENTIFIER_LENGTH) {
      throw new InvalidRequest(
          owner,
          "%s has %d UTF-16 units; at most %d are allowed"
              .formatted(field, value.length(), MAX_IDENTIFIER_LENGTH));
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c)) {
        throw new InvalidRequest(
            owner, "%s has the control character U+%04X at index %d".formatted(field, (int) c, i));
      }
    }
    requirePairs(owner, field, value);
    return value;
  }

  /** Like {@link #identifier}, but absent is allowed. */
  public static @Nullable String optionalIdentifier(
      String owner, String field, @Nullable String value) {
    return value == null ? null : identifier(owner, field, value);
  }

  /**
   * Requires a text, unless it is absent: for people, line breaks allowed, never cut (RUN-16).
   *
   * @param owner the type being built, for the message
   * @param field the field, for the message
   * @param value the text
   * @return {@code value}
   */
  public static @Nullable String optionalText(String owner, String field, @Nullable String value) {
    if (value == null) {
      return null;
    }
    if (value.length() > MAX_TEXT_LENGTH) {
      throw new InvalidRequest(
          owner,
          "%s has %d UTF-16 units; at most %d are allowed"
              .formatted(field, value.length(), MAX_TEXT_LENGTH));
    }
    if (value.indexOf(0) >= 0) {
      throw new InvalidRequest(
          owner, "%s has the character NUL at index %d".formatted(field, value.indexOf(0)));
    }
    requirePairs(owner, field, value);
    return value;
  }

  private static void requirePairs(String owner, String field, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new InvalidRequest(
            owner, "%s has an unpaired surrogate at index %d".formatted(field, i));
      }
    }
  }

  /**
   * Requires a version label, unless it is absent. The placeholder for an absent one is refused, so
   * that it is never stored (CREATE-04).
   */
  public static @Nullable String optionalVersion(String owner, @Nullable String value) {
    if ("unknown".equals(value)) {
      throw new InvalidRequest(
          owner,
          "version is \"unknown\", which stands for an absent version; leave it absent instead");
    }
    return optionalIdentifier(owner, "version", value);
  }

  /** Copies a set, unless it is absent. An empty one is refused. */
  public static <T> @Nullable Set<T> optionalSet(
      String owner, String field, @Nullable Set<T> value) {
    if (value != null && value.isEmpty()) {
      throw new InvalidRequest(owner, field + " is empty; leave it absent to take everything");
    }
    return value == null ? null : Set.copyOf(value);
  }

  /** Requires an id or number of at least 1. */
  public static long atLeastOne(String owner, String field, long value) {
    if (value < 1) {
      throw new InvalidRequest(owner, "%s is %d; it starts at 1".formatted(field, value));
    }
    return value;
  }

  /** Requires a count of at least 1. */
  public static int atLeastOne(String owner, String field, int value) {
    return (int) atLeastOne(owner, field, (long) value);
  }

  /** Requires a number of at least 0. */
  public static long notNegative(String owner, String field, long value) {
    if (value < 0) {
      throw new InvalidRequest(owner, "%s is %d; it must not be negative".formatted(field, value));
    }
    return value;
  }

  /** Requires a duration above zero. */
  public static Duration positive(String owner, String field, Duration value) {
    Objects.requireNonNull(value, field);
    if (!value.isPositive()) {
      throw new InvalidRequest(owner, "%s is %s; it must be positive".formatted(field, value));
    }
    return value;
  }

  /** Requires a duration of zero or more. */
  public static Duration notNegative(String owner, String field, Duration value) {
    Objects.requireNonNull(value, field);
    if (value.isNegative()) {
      throw new InvalidRequest(owner, "%s is %s; it must not be negative".formatted(field, value));
    }
    return value;
  }

  /** Requires an instant in the storable range, and cuts it off to whole microseconds (DATA-08). */
  public static Instant instant(String owner, String field, Instant value) {
    Objects.requireNonNull(value, field);
    Instant cut = value.truncatedTo(ChronoUnit.MICROS);
    if (cut.isBefore(MIN_INSTANT) || cut.isAfter(MAX_INSTANT)) {
      throw new InvalidRequest(
          owner,
          "%s is %s; it must lie between %s and %s"
              .formatted(field, value, MIN_INSTANT, MAX_INSTANT));
    }
    return cut;
  }
}
