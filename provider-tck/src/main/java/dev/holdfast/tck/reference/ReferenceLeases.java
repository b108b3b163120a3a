// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.support.LeasePlace;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Named leases. Thread-safe. */
final class ReferenceLeases implements Leases {

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks checks;

  ReferenceLeases(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    this.checks = checks;
  }

  @Override
  public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
    String operation = "acquire";
    checks.checkLease(operation, name, holder, leaseFor);
    return handle.whole(
        operation,
        () -> {
          Instant now = store.now();
          return store.leases.acquire(
              new LeaseToken(name, store.nextNumber()),
              holder,
              now,
              ReferenceStore.plus(now, leaseFor));
        });
  }

  @Override
  public LeaseInfo renew(LeaseToken token, Duration extendFor) {
    String operation = "renew";
    checks.checkExtension(operation, extendFor);
    return handle
        .whole(operation, () -> Optional.ofNullable(prolong(token, extendFor)))
        .orElseThrow(() -> new LockLost(operation, token, "it does not hold the lease now"));
  }

  @Override
  public Set<LeaseToken> renewAll(Collection<LeaseToken> tokens, Duration extendFor) {
    String operation = "renewAll";
    checks.checkExtension(operation, extendFor);
    List<LeaseToken> asked = List.copyOf(tokens);
    return handle.whole(
        operation,
        () -> {
          Set<LeaseToken> live = new LinkedHashSet<>();
          for (LeaseToken token : asked) {
            if (prolong(token, extendFor) != null) {
              live.add(token);
            }
          }
          return live;
        });
  }

  private @Nullable LeaseInfo prolong(LeaseToken token, Duration extendFor) {
    Instant now = store.now();
    return store.leases.renew(token, now, ReferenceStore.plus(now, extendFor));
  }

  @Override
  public boolean release(LeaseToken token) {
    return handle.whole("release", () -> store.leases.release(token, store.now()));
  }

  @Override
  public Optional<LeaseInfo> lease(String name) {
    String operation = "lease";
    checks.checkLeaseName(operation, name);
    return handle.whole(operation, () -> store.leases.lease(name));
  }

  @Override
  public LeasePage expired(int limit, @Nullable String pageToken) {
    String operation = "expired";
    checks.checkPageSize(operation, limit);
    LeasePlace after = LeasePlace.of(operation, pageToken);
    return handle.whole(
        operation,
        () ->
            LeasePlace.page(
                store.leases.expired(store.now()).stream().filter(after::isBefore).toList(),
                limit));
  }

  @Override
  public int cleanUp(Instant endedBefore, int limit) {
    String operation = "cleanUp";
    Instant bound = StoreTime.fromMicros(checks.checkCleanUp(operation, endedBefore, limit));
    return handle.whole(operation, () -> store.leases.cleanUp(bound, limit, store.now()));
  }
}
