// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.fixture.StoreSwitch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Closes a database under its handles, and keeps them from opening it again by holding the lock of
 * the file, as another process would. Thread-safe.
 */
final class H2Switch implements StoreSwitch {

  private final ProviderConfig config;
  private final Path file;
  private FileChannel held;

  H2Switch(ProviderConfig config, Path file) {
    this.config = config;
    this.file = file;
  }

  /** A database that another process seems to have, until the end of this one. */
  static ProviderConfig heldElsewhere(Directory directory) {
    ProviderConfig config = ProviderConfig.url("h2:" + directory.path().resolve("store")).build();
    Providers.open(config).close();
    new H2Switch(config, directory.path().resolve("store.mv.db")).stop();
    return config;
  }

  @Override
  public synchronized void stop() {
    while (held == null) {
      Sql.run(config, "SHUTDOWN IMMEDIATELY");
      try {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
          channel.lock();
          held = channel;
        } catch (OverlappingFileLockException e) {
          // A handle was faster; close the database again.
          channel.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public synchronized void start() {
    try {
      if (held != null) {
        held.close();
        held = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
