// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.trace;

import dev.holdfast.embedded.EmbeddedServer;
import dev.holdfast.examples.demo.PostgresRun;
import dev.holdfast.examples.demo.Store;
import org.junit.jupiter.api.Test;

/** One trace through three processes, on PostgreSQL. */
class OneTraceOnPostgresIT extends OneTraceContract {

  @Test
  void oneTraceLeadsThroughThreeProcesses() throws Exception {
    Exception problem =
        PostgresRun.of(options -> {
          try {
            onServer(options);
            return null;
          } catch (Exception e) {
            return e;
          }
        });
    if (problem != null) {
      throw problem;
    }
  }

  private void onServer(String[] options) throws Exception {
    if (options.length == 4) {
      assertOneTrace(new Store("postgres", options[3], "a server of the caller"));
      return;
    }
    try (EmbeddedServer server = EmbeddedServer.startForTests(directory.resolve("server"))) {
      assertOneTrace(
          new Store("postgres", server.url("postgres") + "?schema=orders", "a server of its own"));
    }
  }
}
