// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import java.nio.file.Path;

class OtherEngineOnSqliteTest extends OtherEngineContract {

  @Override
  String newStore(Path directory) {
    return "sqlite:" + directory.resolve("other.db");
  }

  @Override
  void drop() {}
}
