// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import dev.holdfast.embedded.TestSchema;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;

class OtherEngineOnPostgresIT extends OtherEngineContract {

  private final TestSchema schema = TestSchema.create("cli");

  @Override
  String newStore(Path directory) {
    return schema.url();
  }

  @AfterEach
  void drop() throws SQLException {
    schema.close();
  }
}
