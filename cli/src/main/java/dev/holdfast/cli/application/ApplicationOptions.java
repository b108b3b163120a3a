// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.application;

import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.store.Store;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name the code of an application, and whose streams. Not thread-safe. */
public final class ApplicationOptions {

  @Option(
      names = "--app",
      paramLabel = "PATH",
      description =
          "the application's own code: its jar, a directory of classes, or DIRECTORY/* for all jars"
              + " in one; may be given several times, or as a class path. One of them names an"
              + " EventSourcedApplication")
  private List<String> paths = List.of();

  @Mixin private final TenantOption tenant = new TenantOption();

  /** {@return whether there is code} */
  public boolean isGiven() {
    return !paths.isEmpty();
  }

  /** {@return whose streams are meant} */
  public TenantOption tenant() {
    return tenant;
  }

  /**
   * Loads the code and joins it with a store.
   *
   * @param store the store
   * @return the application, to be closed by the caller
   * @throws Refusal when there is no code, or it is not that of an application
   */
  public Application open(Store store) {
    if (paths.isEmpty()) {
      throw Refusal.badInput(
          "this needs the application's own code: give its jar as --app app.jar, and those that it"
              + " needs in the same way");
    }
    return Application.open(AppPath.read(paths), store, tenant);
  }
}
