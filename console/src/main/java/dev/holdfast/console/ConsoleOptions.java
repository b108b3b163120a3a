// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import dev.holdfast.console.api.StreamStates;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a console is served. Immutable. */
public final class ConsoleOptions {

  /** The port where none is given. */
  public static final int DEFAULT_PORT = 8321;

  /** How long a token must be, in characters. */
  public static final int SHORTEST_TOKEN = 16;

  private final String host;
  private final int port;
  private final @Nullable String token;
  private final @Nullable String trustedHeader;
  private final @Nullable URI publicUrl;
  private final boolean actions;
  private final boolean hidesPayloads;
  private final String storeName;
  private final StreamStates states;

  private ConsoleOptions(Builder builder) {
    host = builder.host;
    port = builder.port;
    trustedHeader = builder.trustedHeader;
    token = builder.token == null && trustedHeader == null ? randomToken() : builder.token;
    publicUrl = builder.publicUrl;
    actions = builder.actions;
    hidesPayloads = builder.hidesPayloads;
    storeName = builder.storeName;
    states = builder.states;
  }

  private static String randomToken() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** {@return options that bind to this machine alone, only read, and have a random token} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the name or address that is listened on} */
  public String host() {
    return host;
  }

  /** {@return the port, 0 for any free one} */
  public int port() {
    return port;
  }

  /** {@return what requests show; null when only a proxy says who asks} */
  public @Nullable String token() {
    return token;
  }

  /** {@return the header in which a proxy says who asks, null when there is none} */
  public @Nullable String trustedHeader() {
    return trustedHeader;
  }

  /** {@return where browsers find the console, null when that is where it listens} */
  public @Nullable URI publicUrl() {
    return publicUrl;
  }

  /** {@return whether anything may be changed} */
  public boolean actions() {
    return actions;
  }

  /** {@return whether payloads are kept back} */
  public boolean hidesPayloads() {
    return hidesPayloads;
  }

  /** {@return the store, as the page names it} */
  public String storeName() {
    return storeName;
  }

  /** {@return states of streams} */
  public StreamStates states() {
    return states;
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]+");

    private String host = "127.0.0.1";
    private int port = DEFAULT_PORT;
    private @Nullable String token;
    private @Nullable String trustedHeader;
    private @Nullable URI publicUrl;
    private boolean actions;
    private boolean hidesPayloads;
    private String storeName = "store";
    private StreamStates states = StreamStates.none();

    private Builder() {}

    /**
     * Sets where to listen.
     *
     * @param host a name or an address of this machine; {@code 0.0.0.0} for all
     * @param port the port, 0 for any free one
     * @return this
     * @throws IllegalArgumentException when there is no such port
     */
    public Builder listen(String host, int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("the port is " + port + "; it goes from 0 to 65535");
      }
      this.host = Objects.requireNonNull(host, "host");
      this.port = port;
      return this;
    }

    /**
     * Sets the token, in place of a random one.
     *
     * @param token 16 characters or more
     * @return this
     * @throws IllegalArgumentException when it is shorter, or has white space in it
     */
    public Builder token(String token) {
      if (token.length() < SHORTEST_TOKEN || !token.matches("[\\x21-\\x7e]+")) {
        throw new IllegalArgumentException(
            "a token has %d visible ASCII characters or more".formatted(SHORTEST_TOKEN));
      }
      this.token = token;
      return this;
    }

    /**
     * Has a proxy say who asks. Whoever reaches the console without the proxy can say so too.
     *
     * @param header the header that the proxy sets, and takes out of what browsers send
     * @return this
     * @throws IllegalArgumentException when it is no name of a header
     */
    public Builder trustedHeader(String header) {
      if (!HEADER.matcher(header).matches()) {
        throw new IllegalArgumentException("\"" + header + "\" is no name of a header");
      }
      this.trustedHeader = header;
      return this;
    }

    /**
     * Sets where browsers find the console, such as {@code https://console.example}.
     *
     * @param url the address, http or https with a host
     * @return this
     * @throws IllegalArgumentException when it is no such address
     */
    public Builder publicUrl(URI url) {
      boolean web =
          "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
      if (!web || url.getHost() == null) {
        throw new IllegalArgumentException(
            "\"" + url + "\" is no address such as https://console.example");
      }
      this.publicUrl = url;
      return this;
    }

    /**
     * Lets the page act on the store.
     *
     * @param allow whether it may
     * @return this
     */
    public Builder allowActions(boolean allow) {
      this.actions = allow;
      return this;
    }

    /**
     * Keeps back payloads, and texts that may have parts of them.
     *
     * @param hide whether they are
     * @return this
     */
    public Builder hidePayloads(boolean hide) {
      this.hidesPayloads = hide;
      return this;
    }

    /**
     * Sets how the page names the store.
     *
     * @param name a name, without passwords
     * @return this
     */
    public Builder storeName(String name) {
      this.storeName = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Sets what knows the states of streams.
     *
     * @param states the states
     * @return this
     */
    public Builder states(StreamStates states) {
      this.states = Objects.requireNonNull(states, "states");
      return this;
    }

    /** {@return the options; each call makes a random token of its own where one is needed} */
    public ConsoleOptions build() {
      return new ConsoleOptions(this);
    }
  }
}
