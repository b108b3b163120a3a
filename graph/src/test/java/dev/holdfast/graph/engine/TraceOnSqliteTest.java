// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Traces of runs on SQLite. */
class TraceOnSqliteTest extends TraceContract {

  @Override
  Store open(Path directory) {
    return Store.sqlite(directory);
  }
}
