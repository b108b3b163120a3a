// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.url;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.reference.StandingClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One store that is made by opening a URL. Thread-safe. */
final class UrlStore implements TestStore {

  private final String url;
  private final @Nullable String providerId;
  private final @Nullable Path directory;
  private final boolean reachesOtherJvms;
  private final boolean ownClock;
  private final boolean exclusive;
  private final StandingClock clock = new StandingClock();

  /**
   * Prepares a store and makes nothing yet.
   *
   * @param template the URL
   * @param providerId which provider is to open it, null to let the URL decide
   * @param name a fresh name
   * @param directory a fresh directory, null where the template needs none
   * @param ownClock whether the store goes by a clock that the kit moves
   * @param exclusive whether one process has the store for itself
   */
  UrlStore(
      UrlTemplate template,
      @Nullable String providerId,
      String name,
      @Nullable Path directory,
      boolean ownClock,
      boolean exclusive) {
    this.url = template.url(name, directory == null ? "" : directory.toString());
    this.providerId = providerId;
    this.directory = directory;
    this.reachesOtherJvms = template.reachesOtherJvms();
    this.ownClock = ownClock;
    this.exclusive = exclusive;
  }

  static ProviderConfig.Builder config(String url, @Nullable String providerId) {
    ProviderConfig.Builder config = ProviderConfig.url(url);
    return providerId == null ? config : config.provider(providerId);
  }

  static CrashTarget target(String url, boolean exclusive) {
    return new CrashTarget(
        url,
        Map.of(),
        ClassPath.entries(),
        List.of("--enable-native-access=ALL-UNNAMED"),
        exclusive);
  }

  StandingClock clock() {
    return clock;
  }

  @Override
  public Provider open() {
    return Providers.open(configuration());
  }

  private ProviderConfig configuration() {
    ProviderConfig.Builder config = config(url, providerId);
    return ownClock ? config.clock(clock).build() : config.build();
  }

  @Override
  public Optional<ProviderConfig> config() {
    return Optional.of(configuration());
  }

  @Override
  public Optional<TimeControl> timeControl() {
    return ownClock ? Optional.of(clock) : Optional.empty();
  }

  @Override
  public Optional<CrashTarget> crashTarget() {
    return reachesOtherJvms ? Optional.of(target(url, exclusive)) : Optional.empty();
  }

  @Override
  public void close() {
    if (directory != null) {
      Directories.remove(directory);
    }
  }
}
