// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import dev.holdfast.embedded.TestSchema;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;

class ApiOnPostgresIT extends ApiContract {

  private final TestSchema schema = TestSchema.create("console");

  @Override
  String newStore(Path directory) {
    return schema.url();
  }

  @AfterAll
  void drop() throws SQLException {
    schema.close();
  }
}
