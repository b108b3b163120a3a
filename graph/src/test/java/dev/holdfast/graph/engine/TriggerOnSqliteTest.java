// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Triggers on SQLite. */
class TriggerOnSqliteTest extends TriggerContract {

  @Override
  Store open(Path directory) {
    return Store.sqlite(directory);
  }
}
