// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.SessionClaim;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What the handles of one store have delivered of sessions, for those that get it wrong. */
final class SessionNotes {

  private static final int MANY = 100;

  /** Something of a session that an owner got. */
  record Delivery(String owner, String session) {}

  /** Whether something that was delivered to an owner is not. */
  @FunctionalInterface
  interface Test {
    boolean drops(SessionNotes notes, String owner, ActivityItem item);
  }

  private final Map<String, String> firstOwners = new HashMap<>();
  private final Map<String, String> lastOwners = new HashMap<>();
  private final Map<String, Duration> longest = new HashMap<>();
  private final Map<LockToken, Delivery> byToken = new HashMap<>();
  private final Map<ActivityIdentity, Delivery> byIdentity = new HashMap<>();
  private final Map<String, Integer> scheduled = new HashMap<>();
  private final Set<String> losers = new HashSet<>();

  synchronized void scheduled(List<ActivityTask> tasks) {
    for (ActivityTask task : tasks) {
      if (task.sessionId() != null) {
        scheduled.merge(task.sessionId(), 1, Integer::sum);
      }
    }
  }

  synchronized void delivered(SessionClaim claim, ActivityItem item) {
    String session = item.task().sessionId();
    if (session != null) {
      Delivery delivery = new Delivery(claim.owner(), session);
      firstOwners.putIfAbsent(session, claim.owner());
      lastOwners.put(session, claim.owner());
      longest.merge(
          session, claim.leaseFor(), (one, other) -> one.compareTo(other) > 0 ? one : other);
      byToken.put(item.lockToken(), delivery);
      byIdentity.putIfAbsent(item.task().identity(), delivery);
    }
  }

  synchronized Optional<Delivery> delivery(LockToken token) {
    return Optional.ofNullable(byToken.get(token));
  }

  synchronized Optional<Delivery> delivery(ActivityIdentity identity) {
    return Optional.ofNullable(byIdentity.get(identity));
  }

  /** Whether something of its session was delivered before. */
  synchronized boolean isBusy(String owner, ActivityItem item) {
    return item.task().sessionId() != null && firstOwners.containsKey(item.task().sessionId());
  }

  /** Whether its session was another's first. */
  synchronized boolean wasOfAnother(String owner, ActivityItem item) {
    String session = item.task().sessionId();
    return session != null && !firstOwners.getOrDefault(session, owner).equals(owner);
  }

  /** Whether it was delivered to another owner first. */
  synchronized boolean wentToAnother(String owner, ActivityItem item) {
    Delivery first = byIdentity.get(item.task().identity());
    return first != null && !first.owner().equals(owner);
  }

  /** Whether the session of an activity has been delivered to another owner since. */
  synchronized boolean wasTakenFrom(LockToken token) {
    Delivery delivery = byToken.get(token);
    return delivery != null
        && !Objects.equals(lastOwners.get(delivery.session()), delivery.owner());
  }

  /** Whether a lease is shorter than one that was asked for before. */
  synchronized boolean isShorter(String session, Duration lease) {
    return lease.compareTo(longest.getOrDefault(session, Duration.ZERO)) < 0;
  }

  /** Whether another owner has a session with many activities. */
  synchronized boolean hasManyOfAnother(String owner) {
    return scheduled.entrySet().stream()
        .anyMatch(entry ->
            entry.getValue() > MANY
                && !firstOwners.getOrDefault(entry.getKey(), owner).equals(owner));
  }

  /** Whether this is the first delivery to an owner while another has a session. */
  synchronized boolean isFirstOfALoser(String owner) {
    boolean loses =
        !firstOwners.isEmpty() && firstOwners.values().stream().noneMatch(owner::equals);
    return loses && losers.add(owner);
  }
}
