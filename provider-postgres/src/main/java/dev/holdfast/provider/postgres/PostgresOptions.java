// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.postgres.schema.SchemaName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * What a configuration says about a PostgreSQL store.
 *
 * @param jdbcUrl where the server is; null with a {@code DataSource}
 * @param schema the schema of the store
 * @param poolSize the most connections
 * @param connectTimeout how long to wait for a connection
 * @param callTimeout how long to wait for an answer of the server
 * @param listen whether to listen for other processes' work
 * @param takeover how long a process is missing before it counts as dead; null for never
 * @param pinPlans whether to ask for session settings when connecting
 * @param driver properties for the driver, credentials among them
 */
record PostgresOptions(
    @Nullable String jdbcUrl,
    SchemaName schema,
    int poolSize,
    Duration connectTimeout,
    Duration callTimeout,
    boolean listen,
    @Nullable Duration takeover,
    boolean pinPlans,
    Map<String, String> driver) {

  static final String SCHEMA = "schema";
  static final String POOL_SIZE = "poolSize";
  static final String CONNECT_TIMEOUT = "connectTimeoutMillis";
  static final String CALL_TIMEOUT = "callTimeoutMillis";
  static final String LISTEN = "listen";
  static final String TAKEOVER = "takeoverMillis";
  static final String PIN_PLANS = "pinPlans";

  /** The value of {@link #TAKEOVER} for never. */
  private static final String OFF = "off";

  private static final List<String> PREFIXES = List.of("postgres://", "postgresql://");
  private static final String JDBC_PREFIX = "jdbc:postgresql:";
  private static final int LEAST_POOL_SIZE = 2;
  private static final int MOST_POOL_SIZE = 1_000;

  static boolean accepts(ProviderConfig config) {
    return config.dataSource() != null || jdbcUrl(config).isPresent();
  }

  /** {@return the URL of the server for the driver, without credentials} */
  private static Optional<String> jdbcUrl(ProviderConfig config) {
    return Optional.ofNullable(config.location())
        .flatMap(location ->
            location.startsWith(JDBC_PREFIX)
                ? Optional.of(location)
                : PREFIXES.stream()
                    .filter(location::startsWith)
                    .map(prefix -> location.substring(prefix.length()))
                    .map(rest -> "jdbc:postgresql://" + rest.substring(rest.indexOf('@') + 1))
                    .findFirst());
  }

  static PostgresOptions parse(ProviderConfig config) {
    boolean ownPool = config.dataSource() == null;
    String jdbcUrl = jdbcUrl(config).orElse(null);
    if (ownPool && jdbcUrl == null) {
      throw new Misconfigured(
          "open", config + " is not for PostgreSQL; use a URL such as postgres://localhost/orders");
    }
    String schema = "holdfast";
    int poolSize = 8;
    Duration connectTimeout = Duration.ofSeconds(10);
    Duration callTimeout = Duration.ofSeconds(60);
    boolean listen = ownPool;
    Duration takeover = Duration.ofSeconds(5);
    boolean pinPlans = true;
    Map<String, String> driver = new LinkedHashMap<>(credentials(config));
    for (Map.Entry<String, String> option : config.options().entrySet()) {
      String name = option.getKey();
      String value = option.getValue();
      if (!ownPool && !List.of(SCHEMA, LISTEN, TAKEOVER).contains(name)) {
        throw new Misconfigured(
            "open",
            "the option \"%s\" has no meaning with a DataSource; known are %s, %s and %s"
                .formatted(name, SCHEMA, LISTEN, TAKEOVER));
      }
      switch (name) {
        case SCHEMA -> schema = value;
        case POOL_SIZE -> poolSize = number(name, value, LEAST_POOL_SIZE, MOST_POOL_SIZE);
        case CONNECT_TIMEOUT -> connectTimeout = millis(name, value);
        case CALL_TIMEOUT -> callTimeout = millis(name, value);
        case LISTEN -> listen = flag(name, value);
        case TAKEOVER ->
            takeover =
                value.equals(OFF) ? null : Duration.ofMillis(number(name, value, 1_000, 600_000));
        case PIN_PLANS -> pinPlans = flag(name, value);
        default -> {
          if (PGProperty.forName(name) == null) {
            throw new Misconfigured(
                "open",
                "unknown option \"%s\" for PostgreSQL; known are %s, %s, %s, %s, %s, %s, %s and the connection properties of the JDBC driver"
                    .formatted(
                        name,
                        SCHEMA,
                        POOL_SIZE,
                        CONNECT_TIMEOUT,
                        CALL_TIMEOUT,
                        LISTEN,
                        TAKEOVER,
                        PIN_PLANS));
          }
          driver.put(name, value);
        }
      }
    }
    return new PostgresOptions(
        jdbcUrl,
        new SchemaName(schema),
        poolSize,
        connectTimeout,
        callTimeout,
        listen,
        takeover,
        pinPlans,
        driver);
  }

  private static Map<String, String> credentials(ProviderConfig config) {
    String location = Objects.requireNonNullElse(config.location(), "");
    String rest =
        PREFIXES.stream()
            .filter(location::startsWith)
            .map(prefix -> location.substring(prefix.length()))
            .findFirst()
            .orElse("");
    int at = rest.indexOf('@');
    if (at < 0) {
      return Map.of();
    }
    String[] parts = rest.substring(0, at).split(":", 2);
    Map<String, String> credentials = new LinkedHashMap<>();
    credentials.put("user", decoded(parts[0]));
    if (parts.length > 1) {
      credentials.put("password", decoded(parts[1]));
    }
    return credentials;
  }

  private static String decoded(String text) {
    try {
      // In the part before the host a plus is a plus.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Misconfigured(
          "open",
          "user or password in the URL are not percent-encoded; give them as options instead");
    }
  }

  private static Duration millis(String name, String value) {
    return Duration.ofMillis(number(name, value, 250, Integer.MAX_VALUE));
  }

  private static int number(String name, String value, int least, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number that is too small.
    }
    throw new Misconfigured(
        "open",
        "option %s has an illegal value; give a whole number from %d to %d"
            .formatted(name, least, most));
  }

  private static boolean flag(String name, String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new Misconfigured(
              "open", "option %s has an illegal value; give true or false".formatted(name));
    };
  }

  /** {@return the options without the properties of the driver, which include the password} */
  @Override
  public String toString() {
    return "PostgresOptions[schema=%s, poolSize=%d, listen=%s]".formatted(schema, poolSize, listen);
  }
}
