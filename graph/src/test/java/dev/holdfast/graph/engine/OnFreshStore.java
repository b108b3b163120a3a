// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a fresh store and fresh code of steps. Which store it is, subclasses say. */
abstract class OnFreshStore {

  final Calc calc = new Calc();
  @TempDir Path directory;
  Store store;

  abstract Store open(Path directory);

  @BeforeEach
  void openStore() {
    store = open(directory);
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }
}
