// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.console.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Calls a console as a program does. */
final class Caller {

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI console;
  private final List<String> headers;

  private Caller(URI console, List<String> headers) {
    this.console = console;
    this.headers = headers;
  }

  /** An answer. */
  record Answer(int status, String body, HttpResponse<String> response) {

    Answer is(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      return this;
    }

    JsonNode json() {
      return Json.parse(body.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    List<JsonNode> rows() {
      List<JsonNode> rows = new ArrayList<>();
      json().get("rows").forEach(rows::add);
      return rows;
    }

    /** {@return one member of every row} */
    List<String> column(String member) {
      return rows().stream().map(row -> row.path(member).asString("")).toList();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  static Caller nobody(Console console) {
    return new Caller(console.address(), List.of());
  }

  static Caller with(Console console, String token) {
    return nobody(console).header("Authorization", "Bearer " + token);
  }

  Caller header(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name);
    more.add(value);
    return new Caller(console, more);
  }

  /** Asks: the parameters are names and values, one after the other. */
  Answer ask(String path, String... parameters) {
    StringBuilder address = new StringBuilder("api/").append(path);
    for (int i = 0; i < parameters.length; i += 2) {
      address
          .append(i == 0 ? '?' : '&')
          .append(parameters[i])
          .append('=')
          .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    return send(HttpRequest.newBuilder(console.resolve(address.toString())));
  }

  /** Reads a file of the page. */
  Answer file(String path) {
    return send(HttpRequest.newBuilder(console.resolve(path)));
  }

  /** Acts, as the page does. */
  Answer act(String path, String body) {
    return header("X-Holdfast-Console", "1")
        .header("Content-Type", "application/json")
        .post(path, body);
  }

  /** Posts without what the page adds. */
  Answer post(String path, String body) {
    return send(
        HttpRequest.newBuilder(console.resolve("api/" + path))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private Answer send(HttpRequest.Builder request) {
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
