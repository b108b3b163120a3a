// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFacts.ActivityFacts;
import dev.holdfast.provider.admin.InstanceFacts.Standing;
import dev.holdfast.provider.admin.LockFacts;
import dev.holdfast.runtime.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts the facts about an instance into sentences. Stateless apart from the reader's zone. */
public final class Explainer {

  /** From so many deliveries without a result on, something is likely to be wrong. */
  private static final int MANY_DELIVERIES = 3;

  private final Times times;

  /**
   * Creates the explainer.
   *
   * @param times times in the reader's zone
   */
  public Explainer(Times times) {
    this.times = times;
  }

  /** {@return why the instance is, or is not, moving} */
  public Explanation explain(Situation it) {
    InstanceFacts facts = it.facts();
    if (it.status().state().isEnded()) {
      return Endings.explain(it, times);
    }
    if (it.status().state() == InstanceState.SUSPENDED) {
      return suspended(it);
    }
    Explanation why =
        new Explanation(facts.standing().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    switch (facts.standing()) {
      case LOCKED -> locked(it, why);
      case MISSING_START -> missingStart(it, why);
      case READY -> ready(it, why);
      case HELD_BACK -> heldBack(it, why);
      case ENDED -> ended(it, why);
      case WAITING_FOR_ACTIVITY -> activity(it, why);
      case WAITING_FOR_TIMER -> timer(it, why);
      case WAITING_FOR_EVENT -> event(it, why);
    }
    also(it, why);
    problems(it, why);
    return why;
  }

  private Explanation suspended(Situation it) {
    Explanation why = new Explanation("suspended");
    it.status().problems().stream()
        .findFirst() // what the runtime says of it; what workers have reported comes behind
        .ifPresent(request ->
            why.say("At %s a request came: %s.", times.show(request.since()), request.text()));
    why.advise("holdfast resume %s lets it go on.", it.instanceId());
    if (it.facts().standing() == Standing.READY) {
      why.say(
          "%s can be delivered to it, which no worker has taken yet; a request to resume may be"
              + " among them.",
          Count.of(it.facts().deliverableMessages(), "message"));
      Reports.unregistered(it, "is still due", why);
    }
    also(it, why);
    problems(it, why);
    return why;
  }

  private void locked(Situation it, Explanation why) {
    LockFacts lock = it.facts().lock();
    if (lock == null) {
      return;
    }
    holder(lock, "the instance", Reports.advise(it, why), why);
    deliveries(it.facts().deliveryCount(), "The instance was", why);
  }

  private void holder(LockFacts lock, String what, boolean advised, Explanation why) {
    String until = times.show(lock.until());
    switch (lock.holder()) {
      case LIVING -> {
        why.say(
            "A worker that is alive works on %s right now. Its lock ends at %s, and is renewed"
                + " while it works.",
            what, until);
        if (!advised) {
          why.advise(
              "Nothing, for now. If this stays so, that worker is slow or its code blocks: look"
                  + " into its log.");
        }
      }
      case GONE -> {
        why.say(
            "A worker that has died or was closed holds %s. Its lock ends at %s, or earlier if the"
                + " store notices before.",
            what, until);
        why.advise("Make sure that a worker is running: it takes over then. Nothing is lost.");
      }
      case UNKNOWN -> {
        why.say(
            "A worker holds %s until %s; the store does not tell whether it is alive.",
            what, until);
        why.advise(
            "If that time passes and does not move, the worker is dead, and another one takes"
                + " over.");
      }
    }
  }

  private static void missingStart(Situation it, Explanation why) {
    why.say(
        "Nobody has started \"%s\"; what waits for it: %s.",
        it.instanceId(), Count.of(it.facts().waitingMessages(), "message"));
    why.advise(
        "Start it (holdfast start NAME %s JSON): then it receives them. Or check the id: events to"
            + " a mistyped id wait like this.",
        it.instanceId());
  }

  private void ready(Situation it, Explanation why) {
    why.say(
        "It is due (%s can be delivered), and no worker has taken it yet.",
        Count.of(it.facts().deliverableMessages(), "message"));
    deliveries(it.facts().deliveryCount(), "It was", why);
    if (it.facts().pinnedVersion() != null) {
      why.say("Its execution is pinned to the runtime version %s.", it.facts().pinnedVersion());
    }
    if (!Reports.advise(it, why)) {
      Reports.unregistered(it, "is still due", why);
    }
  }

  private void heldBack(Situation it, Explanation why) {
    Instant until = it.facts().heldUntil();
    why.say(
        "A worker gave it back without a result; it is delivered again at %s.",
        until == null ? "a later moment" : times.show(until));
    deliveries(it.facts().deliveryCount(), "It was", why);
    if (!Reports.advise(it, why)) {
      why.advise("See what workers have reported, here or in their logs.");
    }
  }

  private static void ended(Situation it, Explanation why) {
    ExecutionStatus status = it.facts().status();
    why.say(
        status == ExecutionStatus.CONTINUED_AS_NEW
            ? "Its execution %d continued as new, but no start of the next one is queued."
            : "Its execution %d has ended.",
        it.facts().executionId());
  }

  private void activity(Situation it, Explanation why) {
    ActivityFacts activity = it.facts().oldestActivity();
    if (activity == null) {
      return;
    }
    String which =
        "the activity \"%s\" (number %d)"
            .formatted(activity.name(), activity.identity().activityId());
    String since = since(activity.since(), it.now());
    LockFacts lock = activity.lock();
    Instant heldUntil = activity.heldUntil();
    if (lock != null) {
      why.say("It waits for %s, scheduled %s.", which, since);
      holder(lock, "that activity", false, why);
    } else {
      String state =
          heldUntil == null
              ? "No worker has taken it."
              : "A worker gave it back; it is delivered again at " + times.show(heldUntil) + ".";
      why.say("It waits for %s, scheduled %s. %s", which, since, state);
      why.advise(
          "Start a worker that registers the activity \"%s\"%s, or wait for one that is busy.",
          activity.name(),
          activity.tag() == null ? "" : " and serves the tag \"" + activity.tag() + "\"");
    }
    if (activity.tag() != null) {
      why.say("It has the tag \"%s\": only workers that serve that tag take it.", activity.tag());
    }
    session(activity, why);
    deliveries(activity.deliveryCount(), "The activity was", why);
    if (it.facts().pendingActivities() > 1) {
      why.say(
          "%s of it are queued; this is the oldest.",
          Count.of(it.facts().pendingActivities(), "activity", "activities"));
    }
  }

  private void session(ActivityFacts activity, Explanation why) {
    Instant lease = activity.sessionLeaseUntil();
    if (activity.sessionId() != null) {
      why.say(
          activity.sessionOwner() == null || lease == null
              ? "It belongs to the session \"%s\", which no worker holds."
              : "It belongs to the session \"%s\", which the worker \"%s\" holds until %s.",
          activity.sessionId(),
          activity.sessionOwner() == null ? "" : activity.sessionOwner(),
          lease == null ? "" : times.show(lease));
    }
  }

  private void timer(Situation it, Explanation why) {
    Instant at = it.facts().nextVisibleAt();
    boolean pending = it.status().state() == InstanceState.PENDING;
    String what =
        pending ? "its start, which is due later" : "a timer, or a retry that is due later";
    if (at == null) {
      why.say("It waits for %s.", what);
    } else if (at.isAfter(it.now())) {
      why.say(
          "It waits for %s, until %s (in %s).",
          what, times.show(at), Times.rough(Duration.between(it.now(), at)));
    } else {
      why.say("It waits for %s; that became due at %s.", what, times.show(at));
    }
  }

  private static void event(Situation it, Explanation why) {
    if (it.code().startsWith("queue:") || it.code().startsWith("queue#")) {
      why.say("It is a queue of events, and empty: all that came into it was processed.");
      why.advise(
          "What died on the way is in its dead letters (holdfast dead-letters), what has come of"
              + " the rest in its stream.");
    } else if (it.runningChildren().isEmpty()) {
      why.say("It waits for an event; nothing is queued for it.");
      why.advise(
          "Whoever is to raise the event has not done so: holdfast raise %s NAME JSON does. history"
              + " shows how far it has come.",
          it.instanceId());
    } else {
      why.say(
          "It has children that have not ended: %s. It waits for them, or for an event.",
          String.join(", ", it.runningChildren().stream().map(id -> "\"" + id + "\"").toList()));
      why.advise("Ask why of its child: holdfast why %s", it.runningChildren().getFirst());
    }
  }

  /** What it waits for besides, as far as that is not the first reason. */
  private void also(Situation it, Explanation why) {
    Instant next = it.facts().nextVisibleAt();
    if (it.facts().standing() == Standing.WAITING_FOR_ACTIVITY && next != null) {
      why.say("Its next timer is due at %s.", times.show(next));
    }
  }

  private void problems(Situation it, Explanation why) {
    for (Problem problem : it.facts().problems()) {
      String about =
          problem.activityName() == null
              ? ""
              : " about activity \"" + problem.activityName() + "\"";
      why.say(
          "A worker reported at %s%s: %s", times.show(problem.reportedAt()), about, problem.text());
    }
  }

  private static void deliveries(int count, String who, Explanation why) {
    if (count >= MANY_DELIVERIES) {
      why.say("%s delivered %s without a result.", who, Count.of(count, "time"));
      why.advise(
          "Its workers fail or die over it: their logs say why. After too many deliveries (10,"
              + " unless set) they make it fail.");
    }
  }

  private String since(@Nullable Instant moment, Instant now) {
    return moment == null
        ? "earlier"
        : "%s ago, at %s".formatted(Times.rough(Duration.between(moment, now)), times.show(moment));
  }
}
