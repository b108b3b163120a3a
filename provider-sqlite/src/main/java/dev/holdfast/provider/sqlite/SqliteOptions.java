// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.sqlite.store.SqliteFile.Synchronous;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration says about a SQLite store.
 *
 * @param file the database file, absolute; null for a database in memory
 * @param synchronous how durable a commit is
 * @param busyTimeoutMillis how long to wait for other processes that write
 */
record SqliteOptions(@Nullable Path file, Synchronous synchronous, int busyTimeoutMillis) {

  static final String SYNCHRONOUS = "synchronous";
  static final String BUSY_TIMEOUT = "busyTimeoutMillis";

  private static final int DEFAULT_BUSY_TIMEOUT_MILLIS = 10_000;
  private static final String MEMORY = ":memory:";

  /** {@return what follows {@code sqlite:} or {@code jdbc:sqlite:}; empty for other URLs} */
  static Optional<String> place(ProviderConfig config) {
    return Optional.ofNullable(config.location())
        .map(location -> location.startsWith("jdbc:") ? location.substring(5) : location)
        .filter(location -> location.startsWith("sqlite:"))
        .map(location -> location.substring("sqlite:".length()));
  }

  static SqliteOptions parse(ProviderConfig config) {
    String place =
        place(config)
            .orElseThrow(() ->
                new Misconfigured(
                    "open", config + " is not for SQLite; use a URL such as sqlite:orders.db"));
    Synchronous synchronous = Synchronous.FULL;
    int busyTimeoutMillis = DEFAULT_BUSY_TIMEOUT_MILLIS;
    for (Map.Entry<String, String> option : config.options().entrySet()) {
      switch (option.getKey()) {
        case SYNCHRONOUS -> synchronous = synchronous(option.getValue());
        case BUSY_TIMEOUT -> busyTimeoutMillis = millis(option.getValue());
        default ->
            throw new Misconfigured(
                "open",
                "unknown option \"%s\" for SQLite; known are %s and %s"
                    .formatted(option.getKey(), SYNCHRONOUS, BUSY_TIMEOUT));
      }
    }
    return new SqliteOptions(file(place), synchronous, busyTimeoutMillis);
  }

  private static @Nullable Path file(String place) {
    if (place.equals(MEMORY)) {
      return null;
    }
    if (place.isBlank()) {
      throw new Misconfigured(
          "open", "the URL names no file; use sqlite:orders.db, or sqlite::memory: for a test");
    }
    try {
      return Path.of(place).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new Misconfigured("open", "the URL names no valid file: " + e.getReason(), e);
    }
  }

  private static Synchronous synchronous(String value) {
    return Arrays.stream(Synchronous.values())
        .filter(level -> level.name().equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(() ->
            new Misconfigured(
                "open",
                "option %s has an illegal value; allowed are %s"
                    .formatted(
                        SYNCHRONOUS,
                        Arrays.stream(Synchronous.values())
                            .map(level -> level.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(" and ")))));
  }

  private static int millis(String value) {
    try {
      int millis = Integer.parseInt(value);
      if (millis >= 0) {
        return millis;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a negative number.
    }
    throw new Misconfigured(
        "open",
        "option %s has an illegal value; give whole milliseconds, 0 or more"
            .formatted(BUSY_TIMEOUT));
  }
}
