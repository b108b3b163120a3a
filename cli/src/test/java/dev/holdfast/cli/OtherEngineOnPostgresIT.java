// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import dev.holdfast.embedded.TestSchema;
import java.nio.file.Path;
import java.sql.SQLException;

class OtherEngineOnPostgresIT extends OtherEngineContract {

  private final TestSchema schema = TestSchema.create("cli");

  @Override
  String newStore(Path directory) {
    return schema.url();
  }

  @Override
  void drop() throws SQLException {
    schema.close();
  }
}
