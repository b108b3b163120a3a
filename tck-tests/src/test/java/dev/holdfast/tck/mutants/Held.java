// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.LockToken;
import dev.holdfast.tck.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a store's handles have handed out: the last token of each lock and its end. Thread-safe. */
final class Held {

  private final TestStore store;
  private final Map<Object, LockToken> current = new ConcurrentHashMap<>();
  private final Map<LockToken, Instant> ends = new ConcurrentHashMap<>();

  Held(TestStore store) {
    this.store = store;
  }

  Instant now() {
    return store.timeControl().orElseThrow().now();
  }

  void take(LockToken token, Duration lockFor) {
    current.put(lockOf(token), token);
    until(token, now().plus(lockFor));
  }

  void until(LockToken token, Instant end) {
    ends.put(token, end);
  }

  void release(LockToken token) {
    current.remove(lockOf(token), token);
  }

  /** The token that was handed out last for the same lock. */
  LockToken last(LockToken token) {
    return current.getOrDefault(lockOf(token), token);
  }

  boolean isHeld(String instanceId) {
    LockToken token = current.get(instanceId);
    return token != null && !isExpired(token);
  }

  boolean isAnyHeld() {
    return current.values().stream().anyMatch(token -> !isExpired(token));
  }

  boolean isExpired(LockToken token) {
    return !now().isBefore(end(token));
  }

  Instant end(LockToken token) {
    return ends.getOrDefault(token, Instant.MAX);
  }

  Map<LockToken, Instant> ends() {
    return ends;
  }

  private static Object lockOf(LockToken token) {
    return switch (token) {
      case LockToken.OfInstance instance -> instance.instanceId();
      case LockToken.OfActivity activity -> activity.activity();
    };
  }
}
