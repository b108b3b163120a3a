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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where the store is and how to use it, checked before anything is touched.
 *
 * @param place which database it is; equal for the same one
 * @param jdbcUrl H2's own form of the URL; empty when the caller has connections
 * @param server whether other processes can have it open too
 * @param borrowed whether the connections are the caller's
 * @param schema the schema of the database in which the store is
 * @param user who connects
 * @param password the user's password
 * @param connections the most connections of one handle
 * @param sync whether every commit waits for the disk, so that it survives a loss of power too
 */
public record Location(
    String place,
    String jdbcUrl,
    boolean server,
    boolean borrowed,
    String schema,
    String user,
    String password,
    int connections,
    boolean sync) {

  /** How our URLs begin. */
  public static final String PREFIX = "h2:";

  private static final String MEMORY = "mem:";
  private static final String SERVER = "tcp://";
  private static final Set<String> OPTIONS =
      Set.of("connections", "sync", "schema", "user", "password");

  /** What is no more than a name between quotes. */
  private static final Pattern SCHEMA = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}");

  /** Host, perhaps port, and the name of a database; nothing that leads elsewhere. */
  private static final Pattern ON_SERVER =
      Pattern.compile("tcp://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9_-]+");

  private static final int DEFAULT_CONNECTIONS = 4;
  private static final int MOST_CONNECTIONS = 64;

  private static final int MOST_FILE_NAME_BYTES = 255;

  /** Waiting longer than this for others is contention. */
  static final int LOCK_TIMEOUT_MILLIS = 10_000;

  /**
   * Reads a configuration.
   *
   * @param config a configuration whose URL begins with {@link #PREFIX}, or with a data source
   * @return the location
   * @throws Misconfigured when an option is unknown, or a value or the path is not usable
   */
  public static Location of(ProviderConfig config) {
    Map<String, String> options = config.options();
    for (String option : options.keySet()) {
      if (!OPTIONS.contains(option)) {
        throw wrong("option \"%s\" is unknown; there are %s".formatted(option, sorted()));
      }
    }
    String rest = config.location() == null ? "" : config.location().substring(PREFIX.length());
    boolean borrowed = config.dataSource() != null;
    // What follows a semicolon is a setting of H2, and some settings run SQL.
    if (!borrowed && (rest.isBlank() || rest.contains(";"))) {
      throw wrong("give h2:FILE, h2:mem:NAME or h2:tcp://HOST/NAME, without a semicolon");
    }
    boolean server = borrowed || rest.startsWith(SERVER);
    String place = borrowed ? "" : place(rest);
    return new Location(
        place,
        borrowed ? "" : "jdbc:h2:" + place + settings(config, server),
        server,
        borrowed,
        schema(options.getOrDefault("schema", "PUBLIC")),
        options.getOrDefault("user", "sa"),
        options.getOrDefault("password", ""),
        options.containsKey("connections")
            ? connections(options.get("connections"))
            : DEFAULT_CONNECTIONS,
        // A server is set up by its operator, and asking it to sync takes an administrator.
        options.containsKey("sync") ? yesOrNo("sync", options.get("sync")) : !server);
  }

  private static String sorted() {
    return String.join(", ", new TreeSet<>(OPTIONS));
  }

  private static String place(String rest) {
    if (rest.startsWith(SERVER)) {
      if (!ON_SERVER.matcher(rest).matches()) {
        throw wrong("a database on a server is h2:tcp://HOST:PORT/NAME");
      }
      return rest;
    }
    return rest.startsWith(MEMORY) ? memory(rest) : file(rest);
  }

  private static String schema(String name) {
    if (!SCHEMA.matcher(name).matches()) {
      throw wrong("option \"schema\" takes a letter and up to 99 letters, digits, _ and -");
    }
    return name;
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

  private static String settings(ProviderConfig config, boolean server) {
    String settings = ";LOCK_TIMEOUT=" + LOCK_TIMEOUT_MILLIS;
    if (server) {
      // The others are for an administrator.
      return settings;
    }
    settings +=
        // A commit is in the file when it returns; the default is up to half a second later.
        ";WRITE_DELAY=0"
            // At the end of the process H2 must not close the file before the runtime closes us.
            + ";DB_CLOSE_ON_EXIT=FALSE"
            // H2 writes failing statements to a file of its own, which could show payloads.
            + ";TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0"
            + ";QUERY_CACHE_SIZE=64";
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

  private static boolean yesOrNo(String option, String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong("option \"%s\" takes true or false".formatted(option));
    };
  }

  private static Misconfigured wrong(String detail) {
    return new Misconfigured("open", detail);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "Location[%s, schema %s]".formatted(place, schema);
  }
}
