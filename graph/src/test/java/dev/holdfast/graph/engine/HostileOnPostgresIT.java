// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;

/** Hostile users on PostgreSQL. */
class HostileOnPostgresIT extends HostileContract {

  @Override
  Store open(Path directory) {
    return Store.postgres();
  }
}
