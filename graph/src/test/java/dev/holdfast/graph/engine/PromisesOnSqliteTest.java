// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** The promises on SQLite. */
class PromisesOnSqliteTest extends PromisesContract {

  @Override
  Store open(Path directory) {
    return Store.sqlite(directory);
  }
}
