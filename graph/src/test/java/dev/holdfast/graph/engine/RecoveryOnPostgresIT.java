// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Recovery on PostgreSQL. */
class RecoveryOnPostgresIT extends RecoveryContract {

  @Override
  Store open(Path directory) {
    return Store.postgres();
  }
}
