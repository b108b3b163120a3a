// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.url;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes stores by URL alone. It offers what can be found out without knowing the provider: control
 * of the clock where the provider obeys the one in its configuration, a crash target where another
 * JVM can reach the store, exclusive where it cannot beside this one, and places where stores are
 * made of files. It cannot remove what a server keeps, such as schemas. Thread-safe.
 */
public final class UrlFixture implements TckFixture {

  private static final AtomicLong STORES = new AtomicLong();

  private final UrlTemplate template;
  private final @Nullable String providerId;
  private final String prefix =
      "tck" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) + "_";
  private final Path root;
  private final ProviderIdentity identity;
  private final boolean obeysClock;
  private final boolean exclusive;

  private UrlFixture(@Nullable String providerId, UrlTemplate template) {
    this.providerId = isClear(template) ? null : providerId;
    this.template = template;
    this.root = template.needsDirectory() ? Directories.root() : Path.of("");
    try (UrlStore store = store("probe", true, false);
        Provider provider = store.open()) {
      identity = new ProviderIdentity(provider.info().id(), provider.info().version());
      obeysClock = ClockProbe.obeys(provider, store.clock());
      exclusive = store.crashTarget().map(SharingProbe::refuses).orElse(false);
    }
    if (providerId != null && !providerId.equals(identity.id())) {
      throw new FixtureProblem("The URL opens %s and not \"%s\".".formatted(identity, providerId));
    }
  }

  /**
   * The stores of a URL.
   *
   * @param providerId which provider is to open them, null to let the URL decide
   * @param url the URL, with {@code {store}} where a fresh name belongs
   * @return the fixture
   * @throws FixtureProblem when the URL has no such place or opens another provider
   */
  public static TckFixture of(@Nullable String providerId, String url) {
    return new UrlFixture(providerId, new UrlTemplate(url));
  }

  /**
   * The stores that a provider makes when no URL is given.
   *
   * @param providerId the provider
   * @return the fixture, empty when stores of this provider need a URL
   */
  public static Optional<TckFixture> byDefault(String providerId) {
    return UrlTemplate.byDefault(providerId).map(template -> new UrlFixture(providerId, template));
  }

  /** Whether the URL alone says which provider is meant, so that nobody has to choose. */
  private static boolean isClear(UrlTemplate template) {
    try {
      Providers.find(UrlStore.config(template.url("any", "any"), null).build());
      return true;
    } catch (ProviderError.Misconfigured e) {
      return false;
    }
  }

  @Override
  public ProviderIdentity provider() {
    return identity;
  }

  @Override
  public TestStore freshStore(String purpose) {
    return store(purpose, obeysClock, exclusive);
  }

  @Override
  public Optional<StorePlace> freshPlace(String purpose) {
    return template.needsDirectory()
        ? Optional.of(
            new UrlPlace(template, providerId, Directories.fresh(root, name(purpose)), exclusive))
        : Optional.empty();
  }

  @Override
  public Optional<List<String>> leftOvers() {
    return template.needsDirectory() ? Optional.of(Directories.names(root)) : Optional.empty();
  }

  @Override
  public Optional<String> whyImpossible(FixturePart part, String detail) {
    return part == FixturePart.OTHER_PROCESS && exclusive
        ? Optional.of("a second process is refused while the store is open")
        : Optional.empty();
  }

  private UrlStore store(String purpose, boolean ownClock, boolean alone) {
    String name = name(purpose);
    Path directory = template.needsDirectory() ? Directories.fresh(root, name) : null;
    return new UrlStore(template, providerId, name, directory, ownClock, alone);
  }

  private String name(String purpose) {
    return prefix
        + STORES.incrementAndGet()
        + "_"
        + purpose.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
