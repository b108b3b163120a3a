// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Makes one database file per store, under the module's target directory. It is a copy of one that
 * the provider has made: to make each anew would take more time than most rules do.
 */
public final class SqliteFixture implements TckFixture {

  private static final Path ROOT = Path.of("target", "tck-stores");

  private final UnaryOperator<Connection> driver;
  private final boolean copied;

  /** Created by the kit. */
  public SqliteFixture() {
    this(UnaryOperator.identity(), true);
  }

  /** A fixture whose providers see another driver than they should, also when they make a file. */
  public SqliteFixture(UnaryOperator<Connection> driver) {
    this(driver, false);
  }

  private SqliteFixture(UnaryOperator<Connection> driver, boolean copied) {
    this.driver = driver;
    this.copied = copied;
  }

  /** The file that the provider makes, closed before anything was stored in it. */
  private static final class Made {
    private static final byte[] FILE = file();

    private static byte[] file() {
      try {
        Path file = Files.createTempDirectory(ROOT, "made-").resolve("store.db");
        try (SqliteTestStore store = new SqliteTestStore(file)) {
          store.open().close();
          return Files.readAllBytes(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public ProviderIdentity provider() {
    return new ProviderIdentity("sqlite", System.getProperty("holdfast.version", "0.1.0-SNAPSHOT"));
  }

  @Override
  public TestStore freshStore(String purpose) {
    try {
      Files.createDirectories(ROOT);
      byte[] made = copied ? Made.FILE : null;
      Path file = Files.createTempDirectory(ROOT, purpose + "-").resolve("store.db");
      if (made != null) {
        Files.write(file, made);
      }
      return new SqliteTestStore(file, driver);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<StorePlace> freshPlace(String purpose) {
    try {
      Files.createDirectories(ROOT);
      return Optional.of(
          new SqlitePlace(Files.createTempDirectory(ROOT, purpose + "-place-").toAbsolutePath()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A rule waits about half of its time: for locks that another holds, for child JVMs, for files.
   */
  @Override
  public int storesAtOnce() {
    return 2;
  }

  @Override
  public Map<String, String> illegalOptions() {
    return Map.of("synchronous", "sometimes", "busyTimeoutMillis", "-1");
  }

  @Override
  public Optional<List<String>> leftOvers() {
    if (!Files.isDirectory(ROOT)) {
      return Optional.of(List.of());
    }
    try (Stream<Path> stores = Files.list(ROOT)) {
      return Optional.of(stores.map(Path::toString).sorted().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<String> whyImpossible(FixturePart part, String detail) {
    return switch (part) {
      case CLIENT_CLOCK -> Optional.of("the clock of the configuration is the store's clock");
      case UNREACHABLE -> Optional.of("a file is always reachable, or its path is wrong");
      case STORE_SWITCH -> Optional.of("a file has no server that could be stopped");
      case CONFIG -> Optional.of("SQLite stores are opened by URL, never by a DataSource");
      case SEVERAL_WRITERS -> Optional.of("SQLite has one writer at a time");
      case LESSER_USER -> Optional.of("a file has no users to whom rights could be granted");
      default -> Optional.empty();
    };
  }
}
