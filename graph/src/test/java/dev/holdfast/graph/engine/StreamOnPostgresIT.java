// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Streams on PostgreSQL. */
class StreamOnPostgresIT extends StreamContract {

  @Override
  Store open(Path directory) {
    return Store.postgres();
  }
}
