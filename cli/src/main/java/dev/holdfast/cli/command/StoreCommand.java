// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Store;
import dev.holdfast.cli.store.StoreOptions;
import dev.holdfast.provider.SchemaMode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/**
 * A command on a store. It opens the store, never makes or changes its schema, and closes it. Not
 * thread-safe.
 */
abstract class StoreCommand implements Callable<Integer> {

  private final Surroundings surroundings;

  @Mixin private final StoreOptions options = new StoreOptions();

  @Mixin private final OutputOptions form = new OutputOptions();

  StoreCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public final Integer call() throws InterruptedException {
    check();
    Output output = form.on(surroundings);
    try {
      return run(output);
    } finally {
      surroundings.out().flush();
    }
  }

  /** Checks the arguments, before the store is opened. */
  void check() {}

  /** Opens the store and works on it; migrating does otherwise. */
  int run(Output output) throws InterruptedException {
    try (Store store = open(SchemaMode.CHECK_ONLY)) {
      return run(store, output);
    }
  }

  /** Opens the store. */
  final Store open(SchemaMode mode) {
    return Store.open(options, surroundings.environment(), mode);
  }

  final Surroundings surroundings() {
    return surroundings;
  }

  /**
   * Does the work.
   *
   * @return the exit code
   */
  abstract int run(Store store, Output output) throws InterruptedException;
}
