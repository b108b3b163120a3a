// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.url;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.reference.StandingClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One store that was made by opening a URL. Thread-safe. */
final class UrlStore implements TestStore {

  private final String url;
  private final @Nullable String providerId;
  private final @Nullable Path directory;
  private final boolean reachesOtherJvms;
  private final boolean ownClock;
  private final StandingClock clock = new StandingClock();

  private UrlStore(
      UrlTemplate template,
      @Nullable String providerId,
      String name,
      @Nullable Path directory,
      boolean ownClock) {
    this.url = template.url(name, directory == null ? "" : directory.toString());
    this.providerId = providerId;
    this.directory = directory;
    this.reachesOtherJvms = template.reachesOtherJvms();
    this.ownClock = ownClock;
  }

  static UrlStore make(
      UrlTemplate template, @Nullable String providerId, String name, boolean ownClock) {
    try {
      Path directory =
          template.needsDirectory() ? Files.createTempDirectory("holdfast-" + name) : null;
      return new UrlStore(template, providerId, name, directory, ownClock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StandingClock clock() {
    return clock;
  }

  @Override
  public Provider open() {
    return Providers.open(configuration());
  }

  private ProviderConfig configuration() {
    ProviderConfig.Builder config = ProviderConfig.url(url);
    if (providerId != null) {
      config.provider(providerId);
    }
    if (ownClock) {
      config.clock(clock);
    }
    return config.build();
  }

  @Override
  public Optional<TimeControl> timeControl() {
    return ownClock ? Optional.of(clock) : Optional.empty();
  }

  @Override
  public Optional<CrashTarget> crashTarget() {
    return reachesOtherJvms
        ? Optional.of(
            new CrashTarget(
                url, Map.of(), ClassPath.entries(), List.of("--enable-native-access=ALL-UNNAMED")))
        : Optional.empty();
  }

  @Override
  public void close() {
    if (directory == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
