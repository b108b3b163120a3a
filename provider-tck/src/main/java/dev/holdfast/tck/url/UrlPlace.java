// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.url;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.StorePlace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory in which stores are made by opening URLs. Thread-safe.
 *
 * @param template the URL
 * @param providerId which provider is to open them, null to let the URL decide
 * @param directory the directory
 * @param exclusive whether one process has a store for itself
 */
record UrlPlace(
    UrlTemplate template, @Nullable String providerId, Path directory, boolean exclusive)
    implements StorePlace {

  @Override
  public ProviderConfig config(String name) {
    return UrlStore.config(template.url(name, directory.toString()), providerId).build();
  }

  @Override
  public List<String> contents() {
    return Directories.names(directory);
  }

  @Override
  public Optional<CrashTarget> crashTarget(String name) {
    return Optional.of(UrlStore.target(template.url(name, directory.toString()), exclusive));
  }

  @Override
  public void close() {
    Directories.remove(directory);
  }
}
