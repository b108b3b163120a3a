// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** Asks the application over HTTP, as it is deployed. */
final class Asked {

  private Asked() {}

  /** {@return the status of the answer, and its body behind a space} */
  static String send(String method, String url, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .method(method, BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      var response = client.send(request, BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    }
  }
}
