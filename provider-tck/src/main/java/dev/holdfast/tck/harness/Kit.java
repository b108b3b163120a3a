// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all rules of one run share: the fixture, the measured round trip, the seed, the selection of
 * rules. Immutable but for the selection, which is thread-safe.
 *
 * @param fixture the fixture
 * @param roundTrip the slowest measured call
 * @param seed the seed of the run
 * @param selection which rules to run
 */
record Kit(TckFixture fixture, Duration roundTrip, long seed, RuleSelection selection) {

  /** The configuration parameter, or system property, that sets the seed. */
  static final String SEED = "tck.seed";

  private static final int SAMPLES = 20;

  /**
   * Finds and tries the fixture before the first rule.
   *
   * @param parameter answers configuration parameters, null when one is not set
   * @return the kit
   * @throws FixtureProblem when there is no fixture, or it opens another provider than it says
   */
  static Kit prepare(Function<String, @Nullable String> parameter) {
    String seed = parameter.apply(SEED);
    TckFixture fixture = Fixtures.find(parameter.apply(Fixtures.PARAMETER));
    return new Kit(
        fixture,
        tryOut(fixture),
        seed == null ? new Random().nextLong(1_000_000_000L) : Long.parseLong(seed),
        new RuleSelection(parameter.apply(RuleSelection.PARAMETER)));
  }

  private static Duration tryOut(TckFixture fixture) {
    try (TestStore store = fixture.freshStore("round-trip");
        Provider provider = store.open()) {
      ProviderIdentity found =
          new ProviderIdentity(provider.info().id(), provider.info().version());
      if (!found.equals(fixture.provider())) {
        throw new FixtureProblem(
            "The fixture means to open %s, but what it opens is %s."
                .formatted(fixture.provider(), found));
      }
      return roundTrip(provider);
    }
  }

  private static Duration roundTrip(Provider provider) {
    Duration slowest = Duration.ZERO;
    for (int i = 0; i < SAMPLES; i++) {
      long start = System.nanoTime();
      provider.enqueue(Sample.message("nobody", "sample"));
      provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofSeconds(1)));
      provider.readHistory("nobody", 1, 0, 1);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      // The first calls of a handle open connections and load classes; they tell nothing about the
      // others.
      if (i >= SAMPLES / 2 && took.compareTo(slowest) > 0) {
        slowest = took;
      }
    }
    return slowest;
  }
}
