// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.support.LeasePlace;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Named leases on the rows of a store. Thread-safe. */
public final class JdbcLeases implements Leases {

  private final LeaseRows rows;
  private final RequestChecks checks;

  /**
   * Creates the calls of one handle.
   *
   * @param rows the rows of its store
   * @param checks what it refuses
   */
  public JdbcLeases(LeaseRows rows, RequestChecks checks) {
    this.rows = rows;
    this.checks = checks;
  }

  @Override
  public LeaseAnswer acquire(String name, String holder, Duration leaseFor) {
    String operation = "acquire";
    checks.checkLease(operation, name, holder, leaseFor);
    return rows.acquire(operation, name, holder, leaseFor);
  }

  @Override
  public LeaseInfo renew(LeaseToken token, Duration extendFor) {
    String operation = "renew";
    checks.checkExtension(operation, extendFor);
    return switch (rows.renew(operation, List.of(token), extendFor).get(0)) {
      case Renewal.Kept(LeaseInfo lease) -> lease;
      case Renewal.Lost(LeaseLoss why) -> throw why.error(operation, token);
    };
  }

  @Override
  public Set<LeaseToken> renewAll(Collection<LeaseToken> tokens, Duration extendFor) {
    String operation = "renewAll";
    checks.checkExtension(operation, extendFor);
    List<LeaseToken> asked = List.copyOf(tokens);
    List<Renewal> renewals = rows.renew(operation, asked, extendFor);
    Set<LeaseToken> kept = new HashSet<>();
    for (int i = 0; i < asked.size(); i++) {
      if (renewals.get(i) instanceof Renewal.Kept) {
        kept.add(asked.get(i));
      }
    }
    return kept;
  }

  @Override
  public boolean release(LeaseToken token) {
    return rows.release("release", token);
  }

  @Override
  public Optional<LeaseInfo> lease(String name) {
    String operation = "lease";
    checks.checkLeaseName(operation, name);
    return rows.lease(operation, name);
  }

  @Override
  public LeasePage expired(int limit, @Nullable String pageToken) {
    String operation = "expired";
    checks.checkPageSize(operation, limit);
    LeasePlace after = LeasePlace.of(operation, pageToken);
    return LeasePlace.page(rows.expired(operation, after, limit + 1), limit);
  }

  @Override
  public int cleanUp(Instant endedBefore, int limit) {
    String operation = "cleanUp";
    long bound = checks.checkCleanUp(operation, endedBefore, limit);
    return rows.cleanUp(operation, bound, limit);
  }
}
