// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Runs on SQLite. */
class RunOnSqliteTest extends RunContract {

  @Override
  Store open(Path directory) {
    return Store.sqlite(directory);
  }
}
