// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StorePlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory; each store is a file in it. */
record SqlitePlace(Path directory) implements StorePlace {

  @Override
  public ProviderConfig config(String name) {
    return ProviderConfig.url("sqlite:" + directory + "/" + name).build();
  }

  @Override
  public List<String> contents() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<CrashTarget> crashTarget(String name) {
    return new SqliteTestStore(directory.resolve(name)).crashTarget();
  }

  @Override
  public Optional<SchemaBox> schemaBox(String name) {
    return Optional.of(new SqliteSchemaBox(directory.resolve(name)));
  }

  @Override
  public void close() {
    new SqliteTestStore(directory.resolve("any")).close();
  }
}
