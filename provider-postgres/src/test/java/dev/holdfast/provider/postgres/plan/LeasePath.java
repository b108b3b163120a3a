// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.LeaseAnswer.Held;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.tck.words.Expect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Every call of leases, in each of its forms. Not thread-safe. */
public final class LeasePath {

  private static final Duration BRIEF = Duration.ofNanos(1_000);

  private final Leases leases;
  private final Duration leaseFor;
  private final String name;

  /**
   * Prepares the calls.
   *
   * @param leaseFor longer than the calls take
   * @param name begins the names of the leases, which nobody has
   */
  public LeasePath(Provider provider, Duration leaseFor, String name) {
    this.leases = provider.capability(Leases.class).orElseThrow();
    this.leaseFor = leaseFor;
    this.name = name;
  }

  /** Makes the calls, and leaves no lease that is held. */
  public void run() {
    LeaseToken one = acquire(name + "-one", leaseFor);
    LeaseToken two = acquire(name + "-two", leaseFor);
    acquire(name + "-ended", BRIEF);
    LeaseToken again = acquire(name + "-ended", leaseFor);
    Expect.is("", Held.class, leases.acquire(one.name(), "other", leaseFor));
    Expect.that("", leases.lease(one.name()).isPresent());
    leases.renew(one, leaseFor.multipliedBy(2));
    Expect.equal(
        "", Set.of(one, two), leases.renewAll(List.of(two, one), leaseFor.multipliedBy(3)));
    acquire(name + "-late", BRIEF);
    acquire(name + "-later", BRIEF);
    LeasePage page = leases.expired(1, null);
    Expect.equal("", 1, leases.expired(1, page.nextPageToken()).rows().size());
    Expect.equal("", 1, leases.cleanUp(Instant.parse("9999-12-31T00:00:00Z"), 1));
    for (LeaseToken token : List.of(one, two, again)) {
      Expect.that("", leases.release(token));
    }
  }

  private LeaseToken acquire(String lease, Duration time) {
    if (leases.acquire(lease, "path", time) instanceof Acquired acquired) {
      return acquired.token();
    }
    throw Expect.violation("A free lease was refused.", "Acquired", lease);
  }
}
