// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes one database file per store, in a directory of its own. Stateless. */
public final class H2Fixture implements TckFixture {

  private static final Path ROOT = Path.of("target", "tck-stores");

  /** Created by {@link java.util.ServiceLoader}. */
  public H2Fixture() {}

  @Override
  public ProviderIdentity provider() {
    return new ProviderIdentity("h2", "0.1.0");
  }

  @Override
  public TestStore freshStore(String purpose) {
    try {
      Files.createDirectories(ROOT);
      return new H2TestStore(Files.createTempDirectory(ROOT, purpose + "-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
