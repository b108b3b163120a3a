// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A page that a request reads. Thread-safe. */
@FunctionalInterface
public interface HttpPage {

  /** Makes the answer to a request with these {@code Accept} headers, empty for none. */
  Answer answer(String accepted);

  /** An answer. */
  record Answer(int status, String contentType, String body) {}

  /** {@return what serves the page under exactly this path} */
  default HttpHandler handler(String path) {
    return exchange -> {
      try (exchange) {
        serve(exchange, path);
      }
    };
  }

  private void serve(HttpExchange exchange, String path) throws IOException {
    String method = exchange.getRequestMethod();
    if (!exchange.getRequestURI().getPath().equals(path)) {
      send(exchange, new Answer(404, "text/plain; charset=utf-8", "there is no such page\n"));
    } else if (!method.equals("GET") && !method.equals("HEAD")) {
      send(exchange, new Answer(405, "text/plain; charset=utf-8", "it can only be read\n"));
    } else {
      String accepted = exchange.getRequestHeaders().getFirst("Accept");
      Answer answer;
      try {
        answer = answer(accepted == null ? "" : accepted);
      } catch (RuntimeException e) {
        Logger log = LoggerFactory.getLogger(HttpPage.class);
        log.warn("{} cannot be shown", path, e);
        answer = new Answer(500, "text/plain; charset=utf-8", "it cannot be shown; see the log\n");
      }
      send(exchange, answer);
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }
}
