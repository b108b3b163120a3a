// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.harness.Configs;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.FixtureUnderTest;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.SomeFactories;
import dev.holdfast.tck.harness.SomeFactories.AcceptsEverything;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** How a provider is found: by its factory, and by nothing but its configuration. */
@RuleFamily("SPI")
final class SpiDiscoveryRules {

  private static final String NO_OPTION = "no-such-option";

  /**
   * The factory's id is constant, lower case, not blank, and that of what it opens.
   *
   * <p><b>Shape:</b> find the factory several times; compare its id with that of several handles.
   */
  @Rule("SPI-01")
  void theFactoryHasTheIdOfWhatItOpens(StoreUnderTest store) {
    ProviderConfig config = store.config();
    String id = Providers.find(config).id();
    Expect.that("The factory's id is blank.", !id.isBlank());
    Expect.equal("The factory's id is not in lower case.", id.toLowerCase(Locale.ROOT), id);
    Expect.equal("The factory's id changes.", id, Providers.find(config).id());
    for (Handle handle : List.of(store.first(), store.second(), store.newHandle())) {
      Expect.equal("A handle has another id than its factory.", id, handle.provider().info().id());
    }
  }

  /**
   * The factory is found once, on the class path.
   *
   * <p><b>Shape:</b> a child JVM with the provider on its class path lists the factories.
   */
  @Rule("SPI-01")
  void theFactoryIsFoundOnTheClassPath(StoreUnderTest store) {
    try (ChildJvm child = ChildJvm.start(store.anyCrashTarget(), Task.FACTORIES)) {
      expectFoundOnce(store, child);
    }
  }

  /**
   * The factory is found once, on the module path.
   *
   * <p><b>Shape:</b> a child JVM with the provider on its module path lists the factories.
   */
  @Rule("SPI-01")
  void theFactoryIsFoundOnTheModulePath(StoreUnderTest store) {
    try (ChildJvm child = ChildJvm.startOnModulePath(store.anyCrashTarget(), Task.FACTORIES)) {
      expectFoundOnce(store, child);
    }
  }

  private static void expectFoundOnce(StoreUnderTest store, ChildJvm child) {
    String expected = "factory " + store.first().provider().info().id();
    long found = child.rest().stream().filter(expected::equals).count();
    Expect.equal("The factory is not found exactly once.\n" + child.complaints(), 1L, found);
  }

  /**
   * Accepts says yes to its own configurations and no to foreign ones, and never throws.
   *
   * <p><b>Shape:</b> call it with the store's configuration, with foreign and with malformed URLs.
   */
  @Rule("SPI-02")
  void acceptsKnowsItsOwnAndNeverThrows(StoreUnderTest store) {
    ProviderConfig own = store.config();
    ProviderFactory factory = Providers.find(own);
    Expect.that("The factory does not accept its own configuration.", factory.accepts(own));
    Expect.that(
        "The factory does not accept its own configuration with one more option.",
        factory.accepts(Configs.like(own).option(NO_OPTION, "1").build()));
    for (String url :
        List.of(
            "foreign-kit:store",
            "foreign-kit://host:1/store?a=b",
            "jdbc:foreign-kit:store",
            ":",
            "//",
            "?a=b",
            "%",
            "a b",
            "\u00e9")) {
      Expect.that(
          "The factory accepts a foreign URL: " + url,
          !factory.accepts(ProviderConfig.url(url).build()));
    }
  }

  /**
   * Accepts makes no I/O.
   *
   * <p><b>Shape:</b> call it for a store that does not exist, for one that cannot be reached, and
   * for a data source that counts connections.
   */
  @Rule("SPI-02")
  void acceptsMakesNoIo(StoreUnderTest store, FixtureUnderTest f) {
    ProviderFactory factory = Providers.find(store.config());
    AtomicInteger connections = new AtomicInteger();
    boolean accepted = factory.accepts(ProviderConfig.dataSource(counting(connections)).build());
    Expect.equal(
        "A connection was asked for, whatever the answer (" + accepted + ").",
        0,
        connections.get());
    f.fixture()
        .unreachable()
        .ifPresent(config ->
            Expect.that(
                "The factory does not accept a configuration for a store out of reach.",
                factory.accepts(config)));
    StorePlace place = f.freshPlace();
    Expect.that(
        "The factory does not accept a store that is not made yet.",
        factory.accepts(place.config("store")));
    Expect.none("Accepting a configuration made something.", place.contents());
  }

  private static DataSource counting(AtomicInteger connections) {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                connections.incrementAndGet();
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  /**
   * When no factory accepts, or two do, the lookup fails and lists every candidate.
   *
   * <p><b>Shape:</b> class loaders that find none, this provider's factory, and one more that
   * accepts everything.
   */
  @Rule("SPI-03")
  void anAmbiguousLookupListsItsCandidates(StoreUnderTest store) {
    ProviderConfig config = store.config();
    Class<? extends ProviderFactory> own = Providers.find(config).getClass();
    String ownId = Providers.find(config).id();

    Expect.thrown(
        "A lookup without factories found one.",
        Misconfigured.class,
        () -> Providers.find(config, new SomeFactories(List.of())));
    Expect.equal(
        "The only factory is not found.",
        ownId,
        Providers.find(config, new SomeFactories(List.of(own))).id());
    expectListed(
        ownId,
        own,
        Expect.thrown(
            "The lookup took a factory that does not accept.",
            Misconfigured.class,
            () ->
                Providers.find(
                    ProviderConfig.url("foreign-kit:store").build(),
                    new SomeFactories(List.of(own)))));
    Misconfigured two =
        Expect.thrown(
            "The lookup took one of two that accept.",
            Misconfigured.class,
            () -> Providers.find(config, new SomeFactories(List.of(own, AcceptsEverything.class))));
    expectListed(ownId, own, two);
    expectListed(AcceptsEverything.ID, AcceptsEverything.class, two);
    Expect.equal(
        "The factory that was chosen by its id is not the one that is found.",
        ownId,
        Providers.find(
                Configs.like(config).provider(ownId).build(),
                new SomeFactories(List.of(AcceptsEverything.class, own)))
            .id());
  }

  private static void expectListed(
      String id, Class<? extends ProviderFactory> factory, Misconfigured error) {
    String text = String.valueOf(error.getMessage());
    String jar = String.valueOf(factory.getProtectionDomain().getCodeSource().getLocation());
    Expect.that("The error does not name the candidate " + id + ":\n" + text, text.contains(id));
    Expect.that("The error does not say where " + id + " is:\n" + text, text.contains(jar));
  }
}
