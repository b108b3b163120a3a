// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Runs on PostgreSQL. */
class RunOnPostgresIT extends RunContract {

  @Override
  Store open(Path directory) {
    return Store.postgres();
  }
}
