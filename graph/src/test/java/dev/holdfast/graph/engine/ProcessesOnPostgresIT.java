// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Processes that share a store on PostgreSQL. */
class ProcessesOnPostgresIT extends ProcessesContract {

  @Override
  Store open(Path directory) {
    return Store.postgres();
  }
}
