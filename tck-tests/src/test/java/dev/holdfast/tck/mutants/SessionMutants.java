// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.feature.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Sessions that are lost, shared, or kept too long. */
final class SessionMutants {

  private SessionMutants() {}

  static List<Mutant> all() {
    Family family = new Family("SESSION");
    claims(family);
    deliveries(family);
    calls(family);
    return family.mutants();
  }

  private static void claims(Family family) {
    family
        .handle(
            "without-a-claim-sessions-come",
            "A fetch without a claim gets activities of sessions.",
            "SESSION-02: the plain path looks at no session",
            inner ->
                new Reclaiming(
                    inner, claim -> claim, SessionClaim.of("all", Duration.ofNanos(1_000))))
        .handle(
            "all-owners-are-one",
            "Whoever asks is taken for the owner.",
            "SESSION-04, SESSION-05, SESSION-12: the owner is not looked at",
            inner -> new Reclaiming(inner, claim -> owned(claim, "all"), null))
        .handle(
            "an-owner-is-a-handle",
            "The same owner on another handle is another one.",
            "SESSION-06: owners are known by their connection",
            inner ->
                new Reclaiming(
                    inner,
                    claim -> owned(claim, claim.owner() + System.identityHashCode(inner)),
                    null))
        .handle(
            "one-session-for-each-owner",
            "An owner holds one session.",
            "SESSION-07: the key is the owner",
            inner ->
                new Reclaiming(
                    inner, claim -> new SessionClaim(claim.owner(), claim.leaseFor(), 1), null))
        .handle(
            "owners-are-folded",
            "Owners that differ in case are one.",
            "SESSION-09: a collation that folds case",
            inner ->
                new Reclaiming(
                    inner, claim -> owned(claim, claim.owner().toLowerCase(Locale.ROOT)), null))
        .handle(
            "leases-are-locks",
            "A session is held no longer than the lock.",
            "SESSION-16: one end for both",
            LeaseOfTheLock::new)
        .handle(
            "no-maximum",
            "The most sessions of an owner are not looked at.",
            "SESSION-27, SESSION-28: the bound is not passed on",
            inner ->
                new Reclaiming(
                    inner, claim -> SessionClaim.of(claim.owner(), claim.leaseFor()), null));
  }

  private static SessionClaim owned(SessionClaim claim, String owner) {
    return new SessionClaim(owner, claim.leaseFor(), claim.maxSessions());
  }

  private static void deliveries(Family family) {
    family
        .handle(
            "owners-get-sessions-only",
            "A fetch with a claim gets activities of sessions only.",
            "SESSION-03: the claim is a filter on everything",
            inner ->
                new Dropping(
                    inner,
                    new SessionNotes(),
                    (notes, owner, item) -> item.task().sessionId() == null))
        .handle(
            "a-session-of-an-instance",
            "A session belongs to the instance that names it.",
            "SESSION-08: the instance is part of the key",
            OfInstance::new)
        .store(
            "looks-at-a-hundred-of-sessions",
            "Behind a hundred activities of others an owner finds nothing.",
            "SESSION-10: the bound is applied before the session is looked at",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new HiddenByMany(inner, notes);
            })
        .store(
            "sessions-one-at-a-time",
            "While an activity of a session is locked, no other comes.",
            "SESSION-11: a session is a mutex",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new Dropping(inner, notes, SessionNotes::isBusy);
            })
        .store(
            "who-loses-is-told-nothing",
            "An owner that meets a session of another is told that there is nothing.",
            "SESSION-13: the fetch ends with the lost session",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new LosersSleep(inner, notes);
            })
        .store(
            "the-first-owner-for-ever",
            "A session never goes to another owner.",
            "SESSION-14: the end of the lease is not looked at",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new Dropping(inner, notes, SessionNotes::wasOfAnother);
            })
        .store(
            "a-short-lease-shortens",
            "A delivery with a shorter lease ends the longer one.",
            "SESSION-15: the end is overwritten",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new Shortening(inner, notes);
            })
        .store(
            "acks-look-at-the-session",
            "What another owner's session was taken from cannot be acked.",
            "SESSION-17: an ack needs the session",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new AckNeedsSession(inner, notes);
            })
        .store(
            "activities-remember-their-owner",
            "What was delivered to an owner never goes to another one.",
            "SESSION-18, SESSION-19: the owner is stored with the activity",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new Dropping(inner, notes, SessionNotes::wentToAnother);
            })
        .handle(
            "the-session-is-claimed-before-the-tag",
            "An activity that the tag leaves out gives its session away.",
            "SESSION-26: the session is claimed before the tag is looked at",
            ClaimsBeforeTag::new)
        .handle(
            "owners-are-not-woken",
            "A fetch with a claim that waits polls when its time is over.",
            "SESSION-30: a release signals nothing",
            NotWoken::new);
  }

  private static void calls(Family family) {
    family
        .handle(
            "sessions-are-not-offered",
            "Sessions are declared and their calls are not there.",
            "SESSION-01: the declaration is not true",
            NotOffered::new)
        .store(
            "an-ack-ends-the-session",
            "After an ack the session is free.",
            "SESSION-20: a session is as long as its activity",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new Releasing(inner, notes, Releasing.When.ACKED);
            })
        .store(
            "an-abandon-ends-the-session",
            "Who gives an activity back gives up its session.",
            "SESSION-25: giving back clears the owner",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new Releasing(inner, notes, Releasing.When.ABANDONED);
            })
        .store(
            "a-cancellation-ends-the-session",
            "When an activity is cancelled, its session is free.",
            "SESSION-29: the session goes with the activity",
            store -> {
              SessionNotes notes = new SessionNotes();
              return inner -> new Releasing(inner, notes, Releasing.When.CANCELLED);
            })
        .handle(
            "a-renewal-counts-owners",
            "A renewal returns the number of its owners.",
            "SESSION-21: the wrong number",
            inner ->
                new Calling(inner) {
                  @Override
                  int renew(Sessions right, Set<String> owners, Duration extendFor, Duration idle) {
                    return Math.min(right.renewSessions(owners, extendFor, idle), owners.size());
                  }
                })
        .handle(
            "nothing-is-idle",
            "A renewal prolongs idle sessions.",
            "SESSION-22: the idle time is not looked at",
            inner ->
                new Calling(inner) {
                  @Override
                  int renew(Sessions right, Set<String> owners, Duration extendFor, Duration idle) {
                    return right.renewSessions(owners, extendFor, Duration.ofDays(365));
                  }
                })
        .handle(
            "anybody-releases",
            "A release answers that it has ended a lease, whoever asks.",
            "SESSION-23: the owner is no condition",
            inner ->
                new Calling(inner) {
                  @Override
                  boolean release(Sessions right, String owner, String session) {
                    right.releaseSession(owner, session);
                    return true;
                  }
                })
        .handle(
            "a-cleanup-does-nothing",
            "A cleanup removes nothing.",
            "SESSION-24: the cleanup is missing",
            inner ->
                new Calling(inner) {
                  @Override
                  int cleanup(Sessions right) {
                    return 0;
                  }
                });
  }

  /** Changes claims on their way in; those that are missing become one of its own. */
  private static final class Reclaiming extends Forwarding {
    private final UnaryOperator<SessionClaim> change;
    private final @Nullable SessionClaim missing;

    Reclaiming(Provider inner, UnaryOperator<SessionClaim> change, @Nullable SessionClaim missing) {
      super(inner);
      this.change = change;
      this.missing = missing;
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      SessionClaim claim = request.session();
      return super.fetchActivityItems(
          request.withSession(claim == null ? missing : change.apply(claim)));
    }
  }

  private static final class LeaseOfTheLock extends Forwarding {
    LeaseOfTheLock(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      SessionClaim claim = request.session();
      return super.fetchActivityItems(
          claim == null
              ? request
              : request.withSession(
                  new SessionClaim(claim.owner(), request.lockFor(), claim.maxSessions())));
    }
  }

  /** Gives back what it was delivered, uncounted, if a test says so. */
  private static final class Dropping extends Noting {
    private final SessionNotes.Test drops;

    Dropping(Provider inner, SessionNotes notes, SessionNotes.Test drops) {
      super(inner, notes);
      this.drops = drops;
    }

    @Override
    List<ActivityItem> delivered(SessionClaim claim, List<ActivityItem> items) {
      List<ActivityItem> kept = new ArrayList<>();
      for (ActivityItem item : items) {
        if (drops.drops(notes, claim.owner(), item)) {
          inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
        } else {
          kept.add(item);
        }
      }
      return kept;
    }
  }

  private static final class OfInstance extends Altering {
    OfInstance(Provider inner) {
      super(inner);
    }

    @Override
    ActivityTask written(ActivityTask task) {
      return task.sessionId() == null
          ? task
          : new ActivityTask(
              task.identity(),
              task.name(),
              task.input(),
              task.instanceId() + task.sessionId(),
              task.tag(),
              task.orchestrationName(),
              task.orchestrationVersion());
    }
  }

  private static final class HiddenByMany extends Noting {
    HiddenByMany(Provider inner, SessionNotes notes) {
      super(inner, notes);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      SessionClaim claim = request.session();
      return claim != null && notes.hasManyOfAnother(claim.owner())
          ? List.of()
          : super.fetchActivityItems(request);
    }
  }

  private static final class LosersSleep extends Noting {
    LosersSleep(Provider inner, SessionNotes notes) {
      super(inner, notes);
    }

    @Override
    List<ActivityItem> delivered(SessionClaim claim, List<ActivityItem> items) {
      if (notes.isFirstOfALoser(claim.owner())) {
        items.forEach(item -> inner.abandon(item.lockToken(), AbandonOptions.now().uncounted()));
        return List.of();
      }
      return items;
    }
  }

  private static final class Shortening extends Noting {
    Shortening(Provider inner, SessionNotes notes) {
      super(inner, notes);
    }

    @Override
    List<ActivityItem> delivered(SessionClaim claim, List<ActivityItem> items) {
      for (ActivityItem item : items) {
        String session = item.task().sessionId();
        if (session != null && notes.isShorter(session, claim.leaseFor())) {
          sessions().releaseSession(claim.owner(), session);
        }
      }
      return items;
    }
  }

  private static final class AckNeedsSession extends Noting {
    AckNeedsSession(Provider inner, SessionNotes notes) {
      super(inner, notes);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      return notes.wasTakenFrom(ack.lockToken())
          ? AckResult.rejected(new LockLost("ackActivityItem", ack.lockToken(), "no session"))
          : super.ackActivityItem(ack);
    }
  }

  private static final class ClaimsBeforeTag extends Forwarding {
    ClaimsBeforeTag(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      if (request.session() == null) {
        return super.fetchActivityItems(request);
      }
      List<ActivityItem> kept = new ArrayList<>();
      for (ActivityItem item : super.fetchActivityItems(request.withTagFilter(TagFilter.any()))) {
        if (request.tagFilter().matches(item.task().tag())) {
          kept.add(item);
        } else {
          inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
        }
      }
      return kept;
    }
  }

  private static final class NotWoken extends Forwarding {
    NotWoken(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      if (request.session() == null || request.waitUpTo().isZero()) {
        return super.fetchActivityItems(request);
      }
      ActivityFetch now = request.withWaitUpTo(Duration.ZERO);
      List<ActivityItem> items = super.fetchActivityItems(now);
      if (items.isEmpty()) {
        super.fetchActivityItems(request.withTagFilter(TagFilter.none()));
        items = super.fetchActivityItems(now);
      }
      return items;
    }
  }

  private static final class NotOffered extends Forwarding {
    NotOffered(Provider inner) {
      super(inner);
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return type == Sessions.class ? Optional.empty() : super.capability(type);
    }
  }

  /** Releases the session of an activity when something else is done with it. */
  private static final class Releasing extends Noting {
    enum When {
      ACKED,
      ABANDONED,
      CANCELLED
    }

    private final When when;

    Releasing(Provider inner, SessionNotes notes, When when) {
      super(inner, notes);
      this.when = when;
    }

    private void release(Optional<SessionNotes.Delivery> delivery) {
      delivery.ifPresent(one -> sessions().releaseSession(one.owner(), one.session()));
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ack);
      if (when == When.ACKED) {
        release(notes.delivery(ack.lockToken()));
      }
      return result;
    }

    @Override
    protected void abandonActivity(LockToken token, AbandonOptions how) {
      super.abandonActivity(token, how);
      if (when == When.ABANDONED) {
        release(notes.delivery(token));
      }
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (when == When.CANCELLED) {
        ack.cancelledActivities().forEach(identity -> release(notes.delivery(identity)));
      }
      return result;
    }
  }

  /** Changes the calls of the feature; by default they are right. */
  private abstract static class Calling extends Forwarding {
    Calling(Provider inner) {
      super(inner);
    }

    int renew(Sessions right, Set<String> owners, Duration extendFor, Duration idle) {
      return right.renewSessions(owners, extendFor, idle);
    }

    boolean release(Sessions right, String owner, String session) {
      return right.releaseSession(owner, session);
    }

    int cleanup(Sessions right) {
      return right.cleanupSessions();
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      Optional<C> offered = super.capability(type);
      if (type != Sessions.class) {
        return offered;
      }
      Sessions right = Sessions.class.cast(offered.orElseThrow());
      return Optional.of(
          type.cast(
              new Sessions() {
                @Override
                public int renewSessions(
                    Set<String> owners, Duration extendFor, Duration idleTimeout) {
                  return renew(right, owners, extendFor, idleTimeout);
                }

                @Override
                public boolean releaseSession(String owner, String sessionId) {
                  return release(right, owner, sessionId);
                }

                @Override
                public int cleanupSessions() {
                  return cleanup(right);
                }
              }));
    }
  }

  /** Notes what it delivers to whom. */
  private abstract static class Noting extends Forwarding {
    final SessionNotes notes;

    Noting(Provider inner, SessionNotes notes) {
      super(inner);
      this.notes = notes;
    }

    Sessions sessions() {
      return inner.capability(Sessions.class).orElseThrow();
    }

    List<ActivityItem> delivered(SessionClaim claim, List<ActivityItem> items) {
      return items;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      notes.scheduled(ack.activities());
      return super.ackOrchestrationItem(ack);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      SessionClaim claim = request.session();
      List<ActivityItem> items = super.fetchActivityItems(request);
      if (claim == null) {
        return items;
      }
      List<ActivityItem> kept = delivered(claim, items);
      kept.forEach(item -> notes.delivered(claim, item));
      return kept;
    }
  }
}
