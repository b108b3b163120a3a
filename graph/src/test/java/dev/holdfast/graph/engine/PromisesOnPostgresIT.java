// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** The promises on PostgreSQL. */
class PromisesOnPostgresIT extends PromisesContract {

  @Override
  Store open(Path directory) {
    return Store.postgres();
  }
}
