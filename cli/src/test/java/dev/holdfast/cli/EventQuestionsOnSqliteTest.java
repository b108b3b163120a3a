// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import java.nio.file.Path;

class EventQuestionsOnSqliteTest extends EventQuestionsContract {

  @Override
  String newStore(Path directory) {
    return "sqlite:" + directory.resolve("bank.db");
  }
}
