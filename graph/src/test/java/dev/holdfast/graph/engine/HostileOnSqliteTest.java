// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Hostile users on SQLite. */
class HostileOnSqliteTest extends HostileContract {

  @Override
  Store open(Path directory) {
    return Store.sqlite(directory);
  }
}
