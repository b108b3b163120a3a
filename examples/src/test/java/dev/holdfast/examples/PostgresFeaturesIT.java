// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import dev.holdfast.embedded.TestSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program of the guide on PostgreSQL. */
@Timeout(180)
class PostgresFeaturesIT {

  @Test
  void aFilmIsRenderedThereToo() throws Exception {
    try (TestSchema schema = TestSchema.create("films")) {
      FeaturesTest.renders(schema.url());
    }
  }
}
