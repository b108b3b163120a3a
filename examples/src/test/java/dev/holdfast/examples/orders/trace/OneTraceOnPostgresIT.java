// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.trace;

import dev.holdfast.embedded.TestSchema;
import dev.holdfast.examples.demo.Store;
import org.junit.jupiter.api.Test;

/** One trace through three processes, on PostgreSQL. */
class OneTraceOnPostgresIT extends OneTraceContract {

  @Test
  void oneTraceLeadsThroughThreeProcesses() throws Exception {
    try (TestSchema schema = TestSchema.create("trace")) {
      assertOneTrace(new Store("postgres", schema.url(), "a server for tests"));
    }
  }
}
