// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.tck.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Passes calls of leases on, several renewals one by one; broken variants override one. */
class Lent implements Leases {

  /** What the handles of a store have handed out. Thread-safe. */
  static final class Notes {
    private final TestStore store;
    private final Map<String, LeaseToken> last = new ConcurrentHashMap<>();
    private final Map<LeaseToken, LeaseToken> right = new ConcurrentHashMap<>();

    Notes(TestStore store) {
      this.store = store;
    }

    Instant now() {
      return store.timeControl().orElseThrow().now();
    }

    boolean isLive(LeaseInfo lease) {
      return now().isBefore(lease.until());
    }

    /** The token of the last acquisition of the same name. */
    LeaseToken last(LeaseToken token) {
      return last.getOrDefault(token.name(), token);
    }

    /** What a store has of a name, if anybody has acquired it. */
    Optional<LeaseInfo> lease(Leases leases, String name) {
      return last.containsKey(name) ? leases.lease(name) : Optional.empty();
    }

    /** The tokens behind those that were shown, for variants that number their own. */
    Map<LeaseToken, LeaseToken> right() {
      return right;
    }

    Collection<LeaseToken> all() {
      return last.values();
    }
  }

  final Leases inner;
  final Notes notes;

  Lent(Leases inner, Notes notes) {
    this.inner = inner;
    this.notes = notes;
  }

  @Override
  public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
    LeaseAnswer answer = inner.acquire(name, holder, leaseFor);
    if (answer instanceof LeaseAnswer.Acquired acquired) {
      notes.last.put(name, acquired.token());
    }
    return answer;
  }

  @Override
  public LeaseInfo renew(LeaseToken token, Duration extendFor) {
    return inner.renew(token, extendFor);
  }

  @Override
  public Set<LeaseToken> renewAll(Collection<LeaseToken> tokens, Duration extendFor) {
    if (tokens.isEmpty()) {
      return inner.renewAll(tokens, extendFor);
    }
    Set<LeaseToken> live = new LinkedHashSet<>();
    for (LeaseToken token : tokens) {
      try {
        renew(token, extendFor);
        live.add(token);
      } catch (LockLost lost) {
        // It is not among those returned.
      }
    }
    return live;
  }

  @Override
  public boolean release(LeaseToken token) {
    return inner.release(token);
  }

  @Override
  public Optional<LeaseInfo> lease(String name) {
    return inner.lease(name);
  }

  @Override
  public LeasePage expired(int limit, @Nullable String pageToken) {
    return inner.expired(limit, pageToken);
  }

  @Override
  public int cleanUp(Instant endedBefore, int limit) {
    return inner.cleanUp(endedBefore, limit);
  }
}
