// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.support.IdOrder;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Named leases, live and ended. Runs under the store's lock. */
final class LeaseTable {

  private static final Comparator<LeaseInfo> OLDEST_END_FIRST =
      Comparator.comparing(LeaseInfo::until).thenComparing(LeaseInfo::name, IdOrder.BY_CODE_POINT);

  /** One lease with the token of its last acquisition. */
  private record Row(LeaseToken token, LeaseInfo lease) {
    boolean isLive(Instant now) {
      return now.isBefore(lease.until());
    }
  }

  private final Map<String, Row> rows = new HashMap<>();

  /** Acquires a name unless it is held. */
  LeaseAnswer acquire(LeaseToken token, String holder, Instant now, Instant until) {
    Row row = rows.get(token.name());
    if (row != null && row.isLive(now)) {
      return new LeaseAnswer.Held(row.lease());
    }
    LeaseInfo lease = new LeaseInfo(token.name(), holder, now, until);
    rows.put(token.name(), new Row(token, lease));
    return new LeaseAnswer.Acquired(token, lease);
  }

  /** Prolongs a lease, and returns null when the token does not hold it. */
  @Nullable LeaseInfo renew(LeaseToken token, Instant now, Instant until) {
    Row row = held(token, now);
    if (row == null) {
      return null;
    }
    LeaseInfo before = row.lease();
    LeaseInfo lease =
        until.isAfter(before.until())
            ? new LeaseInfo(before.name(), before.holder(), before.acquiredAt(), until)
            : before;
    rows.put(token.name(), new Row(token, lease));
    return lease;
  }

  /** Releases a lease, and returns whether the token held it. */
  boolean release(LeaseToken token, Instant now) {
    return held(token, now) != null && rows.remove(token.name()) != null;
  }

  private @Nullable Row held(LeaseToken token, Instant now) {
    Row row = rows.get(token.name());
    return row != null && row.token().equals(token) && row.isLive(now) ? row : null;
  }

  /** Whether the token holds its lease. */
  boolean isLive(LeaseToken token, Instant now) {
    return held(token, now) != null;
  }

  Optional<LeaseInfo> lease(String name) {
    return Optional.ofNullable(rows.get(name)).map(Row::lease);
  }

  /** The leases that have ended, in the order of the list. */
  List<LeaseInfo> expired(Instant now) {
    return rows.values().stream()
        .filter(row -> !row.isLive(now))
        .map(Row::lease)
        .sorted(OLDEST_END_FIRST)
        .toList();
  }

  int cleanUp(Instant endedBefore, int limit, Instant now) {
    List<String> going =
        expired(now).stream()
            .filter(lease -> lease.until().isBefore(endedBefore))
            .limit(limit)
            .map(LeaseInfo::name)
            .toList();
    going.forEach(rows::remove);
    return going.size();
  }
}
