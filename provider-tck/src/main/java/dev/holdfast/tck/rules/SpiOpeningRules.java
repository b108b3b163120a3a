// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.instrument.Footprint;
import dev.holdfast.tck.words.Configs;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.FixtureUnderTest;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.Map;
import org.junit.jupiter.api.parallel.Isolated;

/** What opening refuses, and that a refusal leaves nothing behind. */
@RuleFamily("SPI")
@Isolated("what this JVM has running and open is compared")
final class SpiOpeningRules {

  private static final int OPENINGS = 4;
  private static final String NO_OPTION = "no-such-option";

  /**
   * An unknown option makes open fail, naming it, and creates nothing.
   *
   * <p><b>Shape:</b> open a place where no store is yet with an unknown option, and with each
   * illegal value that the fixture knows; then look for files, schemas and threads.
   */
  @Rule("SPI-04")
  void anUnknownOptionIsRefusedAndCreatesNothing(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    ProviderConfig config = place.config("store");
    Footprint before = Footprint.take();

    expectRefused(config, NO_OPTION, "1");
    for (Map.Entry<String, String> illegal : f.fixture().illegalOptions().entrySet()) {
      expectRefused(config, illegal.getKey(), illegal.getValue());
    }

    Expect.none("A refused open made something.", place.contents());
    Expect.none("A refused open left threads behind.", before.newThreads());
  }

  /**
   * An unknown option makes open fail on a store that exists, too.
   *
   * <p><b>Shape:</b> open the store with an unknown option; its contents are as before.
   */
  @Rule("SPI-04")
  void anUnknownOptionIsRefusedOnAStoreThatExists(StoreUnderTest store) {
    ProviderConfig config = store.config();
    store.first().create("order");
    Snapshot before = store.snapshot("order");

    expectRefused(config, NO_OPTION, "1");

    store.expectUnchanged("A refused open changed the store.", before);
  }

  private static void expectRefused(ProviderConfig config, String option, String value) {
    Misconfigured error =
        Expect.thrown(
            "A store was opened with an illegal option " + option + ".",
            Misconfigured.class,
            () -> Providers.open(Configs.like(config).option(option, value).build()).close());
    Expect.that(
        "The error does not name the option " + option + ": " + error.getMessage(),
        String.valueOf(error.getMessage()).contains(option));
  }

  /**
   * Opening a store that cannot be reached is StoreUnavailable and leaves nothing behind.
   *
   * <p><b>Shape:</b> open a configuration that leads nowhere, several times; compare threads and
   * files.
   */
  @Rule("SPI-05")
  void openingAStoreOutOfReachIsStoreUnavailable(FixtureUnderTest f) {
    ProviderConfig config =
        f.fixture().unreachable().orElseThrow(() -> new NotMeasured(FixturePart.UNREACHABLE));
    openOutOfReach(config);
    Footprint before = Footprint.take();

    for (int i = 0; i < OPENINGS; i++) {
      openOutOfReach(config);
    }

    Expect.none("A failed open left threads behind.", before.newThreads());
    Expect.that("A failed open left files or connections behind.", before.moreFiles() < OPENINGS);
  }

  private static void openOutOfReach(ProviderConfig config) {
    Expect.thrown(
        "A store that cannot be reached was opened.",
        StoreUnavailable.class,
        () -> Providers.open(config).close());
  }
}
