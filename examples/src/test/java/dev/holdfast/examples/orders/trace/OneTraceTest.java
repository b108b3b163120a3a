// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.trace;

import dev.holdfast.examples.demo.Store;
import org.junit.jupiter.api.Test;

/** One trace through three processes, on SQLite. */
class OneTraceTest extends OneTraceContract {

  @Test
  void oneTraceLeadsThroughThreeProcesses() throws Exception {
    String url = "sqlite:" + directory.resolve("orders.db");
    assertOneTrace(new Store("sqlite", url, url));
  }
}
