// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.state.Leases;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Which limits a worker takes. */
class ActivityLimitTest extends OnSqlite {

  private static final ActivityLimit ONE = ActivityLimit.concurrent(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static void assertThatItIsRefused(ThrowingCallable call, String why) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
  }

  @Test
  void numbersArePositiveAndPeriodsInRange() {
    assertThatItIsRefused(() -> ActivityLimit.concurrent(0), "concurrent is 0");
    assertThatItIsRefused(() -> ActivityLimit.rate(0, SECOND), "rate is 0");
    assertThatItIsRefused(() -> ActivityLimit.rate(1, Duration.ofNanos(1)), "from 1 ms to a day");
    assertThatItIsRefused(() -> ONE.withRate(1, Duration.ofDays(2)), "from 1 ms to a day");
    assertThatItIsRefused(() -> new ActivityLimit(null, null, null, null), "limits nothing");
    assertThatItIsRefused(() -> new ActivityLimit(1, 1, null, null), "a period");
    assertThatItIsRefused(() -> ONE.acrossWorkers(""), "0 characters");
    assertThatItIsRefused(
        () -> ActivityLimit.concurrent(1_001).acrossWorkers("many"), "1000 at most");
    assertThat(ONE.withRate(2, SECOND).acrossWorkers("bank"))
        .isEqualTo(new ActivityLimit(1, 2, SECOND, "bank"));
  }

  private Worker.Builder worker(Provider store, TagFilter tags) {
    return Worker.builder(store)
        .settings(QUICK.withRouting(Routing.plain().withTags(tags)))
        .turns(new Counters("counter"))
        .activities(new Sums("ten", delivery -> 10));
  }

  private Worker.Builder worker() {
    return worker(provider, TagFilter.untaggedOr("gpu"));
  }

  @Test
  void aLimitIsOfSomethingThatTheWorkerServes() {
    assertThatItIsRefused(
        () -> worker().limit(Set.of("eleven"), ONE).start(), "\"eleven\" has a limit and is not");
    assertThatItIsRefused(
        () -> worker().limit(Set.of("ten"), ONE).limit(Set.of("ten"), ONE).start(), "two limits");
    assertThatItIsRefused(
        () -> worker().limit(Set.of("ten"), ONE).limitTag("gpu", ONE).start(), "of one kind");
    assertThatItIsRefused(() -> worker().limitTag("cpu", ONE).start(), "serve it by its name");
    assertThatItIsRefused(
        () -> worker(provider, TagFilter.any()).limitTag("gpu", ONE).start(),
        "serve it by its name");
  }

  @Test
  void aSharedLimitNeedsAStoreWithLeases() {
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) ->
        name.equals("capability") && arguments[0] == Leases.class ? Optional.empty() : real.call());
    Provider poor = store.provider();
    assertThatThrownBy(() ->
            worker(poor, TagFilter.untagged())
                .limit(Set.of("ten"), ONE.acrossWorkers("bank"))
                .start())
        .isInstanceOf(ProviderError.NotSupported.class)
        .hasMessageContaining("LEASES");
  }
}
