// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.ProviderError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers every request, and puts the headers on it that keep the page safe. Thread-safe. */
public final class Front implements HttpHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Front.class);

  private static final String API = "/api/";
  private static final int LARGEST_BODY = 9 * 1024 * 1024;

  /** Nothing but the page's own files, and no text that becomes markup or code. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy", POLICY,
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Opener-Policy", "same-origin",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Permissions-Policy", "camera=(), geolocation=(), microphone=()");

  private final Gate gate;
  private final Routes routes;
  private final Assets assets = new Assets();

  /**
   * Creates it.
   *
   * @param access who may ask and do what
   * @param routes what can be asked and done; not changed any more
   */
  public Front(Access access, Routes routes) {
    this.gate = new Gate(access);
    this.routes = routes;
  }

  private record Answer(int status, String type, byte[] content, boolean mayBeKept) {}

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      send(exchange, answer);
    }
  }

  private Answer answer(HttpExchange exchange) {
    try {
      gate.checkHost(exchange);
      String path = exchange.getRequestURI().getPath();
      return path.startsWith(API)
          ? json(200, ask(exchange, path.substring(API.length())))
          : asset(exchange, path);
    } catch (HttpProblem problem) {
      return problem(problem.status(), problem.code(), problem.getMessage());
    } catch (ProviderError error) {
      return failed(error);
    } catch (IOException e) {
      return problem(400, "bad-request", "the body could not be read");
    } catch (IllegalArgumentException e) {
      return problem(400, "bad-request", e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("{} failed", exchange.getRequestURI().getPath(), e);
      return problem(500, "failed", "the console failed; its log says more");
    }
  }

  private Answer asset(HttpExchange exchange, String path) {
    if (!isRead(exchange)) {
      throw new HttpProblem(405, "method", "a file is only read");
    }
    return assets
        .find(path)
        .map(asset -> new Answer(200, asset.type(), asset.content(), true))
        .orElseThrow(() -> HttpProblem.notFound("there is nothing here"));
  }

  private JsonNode ask(HttpExchange exchange, String path) throws IOException {
    String user = gate.checkUser(exchange);
    Map<String, String> parameters = Request.parameters(exchange.getRequestURI().getRawQuery());
    Function<Request, JsonNode> action = routes.findAction(path);
    if (action != null) {
      if (!exchange.getRequestMethod().equals("POST")) {
        throw new HttpProblem(405, "method", "an action is posted");
      }
      gate.checkAction(exchange);
      ObjectNode body = Request.body(body(exchange));
      LOG.info("{} {} by {}", path, body.path("id"), user);
      return action.apply(new Request(user, parameters, body));
    }
    Function<Request, JsonNode> question = routes.findQuestion(path);
    if (question == null) {
      throw HttpProblem.notFound("there is no /api/" + path);
    }
    if (!isRead(exchange)) {
      throw new HttpProblem(405, "method", "a question is asked with GET");
    }
    return question.apply(new Request(user, parameters, Json.object()));
  }

  private static boolean isRead(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    return method.equals("GET") || method.equals("HEAD");
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (bytes.length > LARGEST_BODY) {
      throw new HttpProblem(413, "too-large", "the body is larger than " + LARGEST_BODY + " bytes");
    }
    return bytes;
  }

  private static Answer failed(ProviderError error) {
    return switch (error) {
      case ProviderError.NotFound e -> problem(404, "not-found", e.getMessage());
      case ProviderError.NotSupported e -> problem(404, "absent", e.getMessage());
      case ProviderError.InvalidRequest e -> problem(400, "bad-request", e.getMessage());
      case ProviderError.InstanceBusy e -> problem(409, "conflict", e.getMessage());
      case ProviderError.IdempotencyMismatch e -> problem(409, "conflict", e.getMessage());
      default -> {
        LOG.warn("the store failed", error);
        yield problem(503, "store", error.getMessage());
      }
    };
  }

  private static Answer problem(int status, String code, @Nullable String message) {
    return json(status, Json.object().put("error", code).put("message", message));
  }

  private static Answer json(int status, JsonNode value) {
    byte[] content = Json.write(value).getBytes(StandardCharsets.UTF_8);
    return new Answer(status, "application/json; charset=utf-8", content, false);
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    HEADERS.forEach(headers::set);
    headers.set("Content-Type", answer.type());
    headers.set("Cache-Control", answer.mayBeKept() ? "no-cache" : "no-store");
    if (answer.status() == 401) {
      headers.set("WWW-Authenticate", "Bearer realm=\"holdfast console\"");
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(
        answer.status(), answer.content().length == 0 ? -1 : answer.content().length);
    exchange.getResponseBody().write(answer.content());
  }
}
