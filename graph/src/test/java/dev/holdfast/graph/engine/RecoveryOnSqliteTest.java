// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Recovery on SQLite. */
class RecoveryOnSqliteTest extends RecoveryContract {

  @Override
  Store open(Path directory) {
    return Store.sqlite(directory);
  }
}
