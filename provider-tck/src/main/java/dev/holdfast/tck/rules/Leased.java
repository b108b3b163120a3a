// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.LeaseAnswer.Held;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Leases as tests ask for them, through one handle; each lasts L unless said otherwise. Immutable.
 *
 * @param handle the handle
 * @param calls the calls of the feature
 */
record Leased(Handle handle, Leases calls) {

  /** More rows than a test has ended leases, for a list in one page. */
  private static final int ALL = 100;

  private static final int MOST_PAGES = 1_000;

  /** Ends a test of what only a provider with leases can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.LEASES)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.LEASES.name());
    }
  }

  /** The leases of a store through its first handle. */
  static Leased first(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.first());
  }

  /** The leases of a store through its second handle. */
  static Leased second(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.second());
  }

  /** The leases of a store that has them, through any handle. */
  static Leased of(Handle handle) {
    return new Leased(
        handle,
        handle
            .provider()
            .capability(Leases.class)
            .orElseThrow(() ->
                Expect.violation(
                    "LEASES is declared, and the capability is not offered.", "Leases", "none")));
  }

  Duration lasting() {
    return handle.lockFor();
  }

  LeaseAnswer ask(String name, String holder) {
    return calls.acquire(name, holder, lasting());
  }

  /** Acquires a free lease, and expects to get it. */
  Acquired acquire(String name, String holder) {
    return acquire(name, holder, lasting());
  }

  /** Acquires a free lease for some time, and expects to get it. */
  Acquired acquire(String name, String holder, Duration leaseFor) {
    return acquire("A free lease was refused.", name, holder, leaseFor);
  }

  Acquired acquire(String what, String name, String holder, Duration leaseFor) {
    LeaseAnswer answer = calls.acquire(name, holder, leaseFor);
    if (answer instanceof Acquired acquired) {
      Expect.equal("A token has another name than its lease.", name, acquired.token().name());
      return acquired;
    }
    throw Expect.violation(what, "Acquired", answer);
  }

  /** Asks for a lease that is held, and expects to be told by whom. */
  void refused(String what, String name, String holder, LeaseInfo present) {
    Expect.equal(what, new Held(present), ask(name, holder));
  }

  /** Renews by L and expects to keep the lease. */
  LeaseInfo renew(LeaseToken token) {
    return calls.renew(token, lasting());
  }

  /** Renews in both forms, and expects the lease to be lost. */
  void lost(String what, LeaseToken token) {
    Expect.thrown(what, LockLost.class, () -> calls.renew(token, lasting()));
    Expect.equal(what, Set.of(), calls.renewAll(List.of(token), lasting()));
  }

  /** Whether a renewal keeps the lease. */
  boolean renews(LeaseToken token) {
    try {
      calls.renew(token, lasting());
      return true;
    } catch (LockLost lost) {
      return false;
    }
  }

  void release(LeaseToken token) {
    Expect.that("The holder could not release its lease.", calls.release(token));
  }

  /** Expects what everybody may know of a lease. */
  void expect(String what, String name, @Nullable LeaseInfo expected) {
    Expect.equal(what, Optional.ofNullable(expected), calls.lease(name));
  }

  /** The names of all ended leases, in the order of the list. */
  List<String> expired() {
    LeasePage page = calls.expired(ALL, null);
    Expect.equal("A page that has everything has a token.", null, page.nextPageToken());
    return page.rows().stream().map(LeaseInfo::name).toList();
  }

  /** All ended leases, page by page. */
  List<LeaseInfo> expired(int limit, Runnable betweenPages) {
    List<LeaseInfo> all = new ArrayList<>();
    String token = null;
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      LeasePage page = calls.expired(limit, token);
      Expect.atMost("A page has more rows than asked for.", limit, page.rows().size());
      all.addAll(page.rows());
      token = page.nextPageToken();
      if (token == null) {
        return all;
      }
      Expect.equal("A page with another behind it is not full.", limit, page.rows().size());
      betweenPages.run();
    }
    throw Expect.violation("Pages do not come to an end.", "a last page", MOST_PAGES + " pages");
  }
}
