// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Triggers and streams in processes on SQLite. */
class TriggerProcessesOnSqliteIT extends TriggerProcessesContract {

  @Override
  Store open(Path directory) {
    return Store.sqlite(directory);
  }
}
