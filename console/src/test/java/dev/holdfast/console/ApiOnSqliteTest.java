// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import java.nio.file.Path;

class ApiOnSqliteTest extends ApiContract {

  @Override
  String newStore(Path directory) {
    return "sqlite:" + directory.resolve("console.db");
  }
}
