// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Activities with sessions, and owners that ask for them. Stateless. */
final class Sessioned {

  /** The instance of {@link #order} and {@link #schedule}. */
  static final String ORDER = "order";

  private Sessioned() {}

  /** Ends a test of what only a provider with sessions can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.SESSIONS)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.SESSIONS.name());
    }
  }

  /** A store where an instance schedules activities with these sessions, numbered from 1. */
  static Handle order(StoreUnderTest store, @Nullable String... sessions) {
    requireDeclared(store);
    Handle first = store.first();
    first.create(ORDER);
    schedule(first, 1, sessions);
    return first;
  }

  /** Schedules activities with these sessions, numbered from a number on. */
  static void schedule(Handle handle, long from, @Nullable String... sessions) {
    if (sessions.length == 0) {
      return;
    }
    handle.poke(ORDER);
    var turn = handle.turn(handle.fetchOne(ORDER));
    for (int n = 0; n < sessions.length; n++) {
      turn.activity(task(ORDER, from + n, sessions[n], null));
    }
    turn.apply();
  }

  static ActivityTask task(
      String instanceId, long activityId, @Nullable String session, @Nullable String tag) {
    return ActivityTask.builder(
            new ActivityIdentity(instanceId, 1, activityId),
            "activity",
            Payload.empty(),
            Sample.NAME)
        .sessionId(session)
        .tag(tag)
        .build();
  }

  /** The calls of the feature. */
  static Sessions calls(Handle handle) {
    return handle
        .provider()
        .capability(Sessions.class)
        .orElseThrow(() ->
            Expect.violation(
                "SESSIONS is declared, and the capability is not offered.", "Sessions", "nothing"));
  }

  /** An owner on a handle, with a lease of ten times L: its sessions outlive its locks. */
  static Owner owner(Handle handle, String id) {
    return new Owner(handle, SessionClaim.of(id, handle.lockFor().multipliedBy(10)));
  }

  /** One who asks for activities in the name of an owner. */
  record Owner(Handle handle, SessionClaim claim) {

    Owner leasing(Duration lease) {
      return new Owner(handle, new SessionClaim(claim.owner(), lease, claim.maxSessions()));
    }

    Owner atMost(int sessions) {
      return new Owner(handle, new SessionClaim(claim.owner(), claim.leaseFor(), sessions));
    }

    ActivityFetch request(int max) {
      return ActivityFetch.of(max, handle.lockFor()).withSession(claim);
    }

    List<ActivityItem> fetch(int max) {
      return handle.provider().fetchActivityItems(request(max));
    }

    List<ActivityItem> fetch(int max, TagFilter filter) {
      return handle.provider().fetchActivityItems(request(max).withTagFilter(filter));
    }

    /** Fetches one, and expects it by its number. */
    ActivityItem one(String what, long number) {
      return all(what, fetch(1), number).get(0);
    }

    /** Fetches all there are, and expects them by their numbers. */
    List<ActivityItem> all(String what, long... numbers) {
      return all(what, fetch(Handle.ALL), numbers);
    }

    private static List<ActivityItem> all(String what, List<ActivityItem> items, long... numbers) {
      Expect.equal(what, Arrays.stream(numbers).boxed().toList(), Claims.numbers(items));
      return items;
    }

    /** Fetches, and expects nothing. */
    void none(String what) {
      Expect.none(what, fetch(Handle.ALL));
    }
  }
}
