// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Traces of runs on PostgreSQL. */
class TraceOnPostgresIT extends TraceContract {

  @Override
  Store open(Path directory) {
    return Store.postgres();
  }
}
