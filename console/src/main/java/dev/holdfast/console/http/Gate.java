// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request pass, or refuses it. Immutable and thread-safe.
 *
 * <p>There is no cookie: a browser sends nothing by itself that would let another site act. The
 * checks of origin and host come on top, since behind a proxy a browser may well send its own
 * credentials by itself.
 */
final class Gate {

  /** A header that no form and no other site's script can send unasked. */
  static final String MARK = "X-Holdfast-Console";

  private static final String BEARER = "Bearer ";

  /** Addresses, not names: no name service can make another site's name lead here. */
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+(%[0-9a-z]+)?]");

  private final Access access;

  Gate(Access access) {
    this.access = access;
  }

  /**
   * Refuses requests to a name that is not the console's: a site may have its own name lead to this
   * machine, and would then share its origin.
   */
  void checkHost(HttpExchange exchange) {
    String host = host(exchange.getRequestHeaders());
    if (host == null) {
      throw HttpProblem.badRequest("the request has no host");
    }
    String name = name(host);
    URI url = access.publicUrl();
    boolean own =
        name.equals("localhost")
            || ADDRESS.matcher(name).matches()
            || (url != null && name.equals(lower(url.getHost())));
    if (!own) {
      throw new HttpProblem(
          421, "misdirected", "the console does not answer under this name; see --public-url");
    }
  }

  /**
   * Checks who asks.
   *
   * @return the user, for the log
   * @throws HttpProblem when it is nobody who may ask
   */
  String checkUser(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    checkSite(headers);
    String trusted = access.trustedHeader();
    if (trusted != null) {
      List<String> values = headers.getOrDefault(trusted, List.of());
      if (values.size() == 1 && !values.getFirst().isBlank()) {
        return values.getFirst().strip();
      }
      if (access.token() == null) {
        throw new HttpProblem(
            401, "unauthorized", "the proxy did not say who asks (header " + trusted + ")");
      }
    }
    String shown = headers.getFirst("Authorization");
    if (shown == null || !shown.startsWith(BEARER)) {
      throw new HttpProblem(401, "unauthorized", "a token is needed");
    }
    if (!access.isToken(shown.substring(BEARER.length()).strip())) {
      throw new HttpProblem(401, "unauthorized", "that is not the token");
    }
    return "token";
  }

  /** Refuses an action that another site has caused, and every action where none is allowed. */
  void checkAction(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    if (!"1".equals(headers.getFirst(MARK))) {
      throw new HttpProblem(403, "forbidden", "an action needs the header " + MARK + ": 1");
    }
    String origin = headers.getFirst("Origin");
    if (origin != null && !isOwn(origin, host(headers))) {
      throw new HttpProblem(403, "forbidden", "the action comes from another site");
    }
    if (!access.actions()) {
      throw new HttpProblem(
          403, "read-only", "this console only reads; --allow-actions lets it act");
    }
    String type = headers.getFirst("Content-Type");
    if (type == null || !lower(type).startsWith("application/json")) {
      throw new HttpProblem(415, "unsupported", "an action's body is application/json");
    }
  }

  private static void checkSite(Headers headers) {
    String site = headers.getFirst("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      throw new HttpProblem(403, "forbidden", "the request comes from another site");
    }
  }

  private boolean isOwn(String origin, @Nullable String host) {
    URI url = access.publicUrl();
    if (url != null && lower(origin).equals(origin(url))) {
      return true;
    }
    try {
      URI from = new URI(origin);
      return from.getScheme() != null
          && from.getRawAuthority() != null
          && host != null
          && lower(from.getRawAuthority()).equals(lower(host));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static String origin(URI url) {
    return lower(url.getScheme() + "://" + url.getRawAuthority());
  }

  private static @Nullable String host(Headers headers) {
    List<String> hosts = headers.getOrDefault("Host", List.of());
    return hosts.size() == 1 ? hosts.getFirst() : null;
  }

  private static String name(String host) {
    int port = host.lastIndexOf(':');
    boolean has = port > host.lastIndexOf(']');
    return lower(has ? host.substring(0, port) : host);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
