// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.SchemaMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the database is and how to use it, checked before anything is touched.
 *
 * @param place which database it is; equal for the same one
 * @param jdbcUrl H2's own form of the URL
 * @param connections the most connections of one handle
 * @param sync whether every commit waits for the disk, so that it survives a loss of power too
 */
public record Location(String place, String jdbcUrl, int connections, boolean sync) {

  /** How our URLs begin. */
  public static final String PREFIX = "h2:";

  private static final String MEMORY = "mem:";
  private static final int DEFAULT_CONNECTIONS = 4;
  private static final int MOST_CONNECTIONS = 64;

  private static final int MOST_FILE_NAME_BYTES = 255;

  /** Waiting longer than this for others is contention. */
  static final int LOCK_TIMEOUT_MILLIS = 10_000;

  /**
   * Reads a configuration.
   *
   * @param config a configuration whose URL begins with {@link #PREFIX}
   * @return the location
   * @throws Misconfigured when an option is unknown, or a value or the path is not usable
   */
  public static Location of(ProviderConfig config) {
    int connections = DEFAULT_CONNECTIONS;
    boolean sync = true;
    for (Map.Entry<String, String> option : config.options().entrySet()) {
      switch (option.getKey()) {
        case "connections" -> connections = connections(option.getValue());
        case "sync" -> sync = yesOrNo(option);
        default ->
            throw wrong(
                "option \"%s\" is unknown; there are connections and sync"
                    .formatted(option.getKey()));
      }
    }
    String rest = config.location().orElseThrow().substring(PREFIX.length());
    // What follows a semicolon is a setting of H2, and some settings run SQL.
    if (rest.isBlank() || rest.contains(";")) {
      throw wrong("give h2:FILE or h2:mem:NAME, without a semicolon");
    }
    String place = rest.startsWith(MEMORY) ? memory(rest) : file(rest);
    return new Location(place, "jdbc:h2:" + place + settings(config), connections, sync);
  }

  private static String memory(String rest) {
    if (rest.length() == MEMORY.length()) {
      throw wrong("h2:mem: needs a name, such as h2:mem:test");
    }
    return rest;
  }

  private static String file(String rest) {
    try {
      Path path = Path.of(rest).toAbsolutePath().normalize();
      if (path.getFileName() == null || fileNameBytes(path) > MOST_FILE_NAME_BYTES) {
        throw wrong("the name of the file is missing or longer than file systems allow");
      }
      Path parent = path.getParent();
      // Two names of one file, by way of a link, must be one place.
      boolean exists = parent != null && Files.exists(parent);
      return "file:" + (exists ? parent.toRealPath().resolve(path.getFileName()) : path);
    } catch (InvalidPathException | IOException e) {
      throw new Misconfigured("open", "the path of the database is not valid", e);
    }
  }

  private static int fileNameBytes(Path path) {
    return (path.getFileName() + ".mv.db").getBytes(StandardCharsets.UTF_8).length;
  }

  private static String settings(ProviderConfig config) {
    String settings =
        // A commit is in the file when it returns; the default is up to half a second later.
        ";WRITE_DELAY=0"
            // At the end of the process H2 must not close the file before the runtime closes us.
            + ";DB_CLOSE_ON_EXIT=FALSE"
            // H2 writes failing statements to a file of its own, which could show payloads.
            + ";TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0"
            + ";QUERY_CACHE_SIZE=64"
            + ";LOCK_TIMEOUT="
            + LOCK_TIMEOUT_MILLIS;
    return config.schemaMode() == SchemaMode.CHECK_ONLY ? settings + ";IFEXISTS=TRUE" : settings;
  }

  private static int connections(String value) {
    try {
      int number = Integer.parseInt(value);
      if (number >= 1 && number <= MOST_CONNECTIONS) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number out of range.
    }
    throw wrong("option \"connections\" takes 1 to " + MOST_CONNECTIONS);
  }

  private static boolean yesOrNo(Map.Entry<String, String> option) {
    return switch (option.getValue()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong("option \"%s\" takes true or false".formatted(option.getKey()));
    };
  }

  private static Misconfigured wrong(String detail) {
    return new Misconfigured("open", detail);
  }
}
