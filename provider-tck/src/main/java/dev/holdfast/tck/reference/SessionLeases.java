// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.SessionClaim;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who has which session. Runs under the store's lock. */
final class SessionLeases {

  /** One session; without an owner once it was released. */
  private record Lease(String owner, Instant until, Instant usedAt) {
    boolean isLive(Instant now) {
      return now.isBefore(until);
    }
  }

  private final Map<String, Lease> leases = new HashMap<>();

  /** Whether a claim may have an activity of a session now. */
  boolean mayHave(@Nullable SessionClaim claim, @Nullable String session, Instant now) {
    if (session == null) {
      return true;
    }
    if (claim == null) {
      return false;
    }
    Lease lease = leases.get(session);
    if (lease != null && lease.isLive(now)) {
      return lease.owner().equals(claim.owner());
    }
    Integer most = claim.maxSessions();
    return most == null || held(claim.owner(), now) < most;
  }

  /** Who holds a session now. */
  @Nullable String owner(@Nullable String session, Instant now) {
    Lease lease = live(session, now);
    return lease == null ? null : lease.owner();
  }

  /** Until when a session is held. */
  @Nullable Instant until(@Nullable String session, Instant now) {
    Lease lease = live(session, now);
    return lease == null ? null : lease.until();
  }

  private @Nullable Lease live(@Nullable String session, Instant now) {
    Lease lease = session == null ? null : leases.get(session);
    return lease == null || !lease.isLive(now) ? null : lease;
  }

  private long held(String owner, Instant now) {
    return leases.values().stream()
        .filter(lease -> lease.isLive(now) && lease.owner().equals(owner))
        .count();
  }

  /** Takes a session, or takes it on, for an owner that may have it. */
  void take(@Nullable SessionClaim claim, @Nullable String session, Instant now) {
    if (claim != null && session != null) {
      Instant until = ReferenceStore.plus(now, claim.leaseFor());
      Lease before = leases.get(session);
      leases.put(
          session,
          new Lease(
              claim.owner(),
              before != null && before.until().isAfter(until) ? before.until() : until,
              now));
    }
  }

  /** Notes the use of a session whose lease is live. */
  void use(@Nullable String session, Instant now) {
    if (session != null) {
      leases.computeIfPresent(
          session,
          (id, lease) -> lease.isLive(now) ? new Lease(lease.owner(), lease.until(), now) : lease);
    }
  }

  int renew(Set<String> owners, Duration extendFor, Duration idleTimeout, Instant now) {
    int renewed = 0;
    Instant until = ReferenceStore.plus(now, extendFor);
    for (Map.Entry<String, Lease> entry : leases.entrySet()) {
      Lease lease = entry.getValue();
      if (owners.contains(lease.owner())
          && lease.isLive(now)
          && Duration.between(lease.usedAt(), now).compareTo(idleTimeout) < 0) {
        entry.setValue(
            new Lease(
                lease.owner(),
                until.isAfter(lease.until()) ? until : lease.until(),
                lease.usedAt()));
        renewed++;
      }
    }
    return renewed;
  }

  boolean release(String owner, String session, Instant now) {
    Lease lease = leases.get(session);
    if (lease == null || !lease.isLive(now) || !lease.owner().equals(owner)) {
      return false;
    }
    leases.put(session, new Lease(owner, now, lease.usedAt()));
    return true;
  }

  int cleanUp(Set<String> queued, Instant now) {
    int before = leases.size();
    leases
        .entrySet()
        .removeIf(entry -> !entry.getValue().isLive(now) && !queued.contains(entry.getKey()));
    return before - leases.size();
  }
}
