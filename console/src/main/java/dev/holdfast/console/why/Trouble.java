// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFacts.ActivityFacts;
import dev.holdfast.provider.admin.InstanceFacts.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What makes an instance that has not ended worth a look.
 *
 * @param kind the kind of trouble, for programs
 * @param text the same for people
 */
public record Trouble(Kind kind, String text) {

  /** The kinds, the plainest first. */
  public enum Kind {
    /** A worker has reported a problem. */
    PROBLEM,
    /** The instance or its oldest activity was delivered many times. */
    DELIVERIES,
    /** An activity waits that no worker takes. */
    ACTIVITY_NOT_TAKEN,
    /** The instance is due, and no worker takes it. */
    NOT_TAKEN
  }

  /**
   * Looks at one instance.
   *
   * @param facts what the store says
   * @param deliveries from how many deliveries on it is trouble
   * @param patience how long work may lie before it is
   * @param since since when the instance has not moved
   * @param now the present
   * @return the trouble, empty when there is none
   */
  public static Optional<Trouble> of(
      InstanceFacts facts, int deliveries, Duration patience, Instant since, Instant now) {
    Optional<Problem> reported =
        facts.problems().stream().filter(problem -> !isTaken(problem, facts)).findFirst();
    if (reported.isPresent()) {
      Problem problem = reported.get();
      String about = problem.activityName() == null ? "" : problem.activityName() + ": ";
      return Optional.of(new Trouble(Kind.PROBLEM, about + problem.text()));
    }
    ActivityFacts activity = facts.oldestActivity();
    if (facts.deliveryCount() >= deliveries) {
      return Optional.of(
          new Trouble(
              Kind.DELIVERIES,
              "delivered %s without a result".formatted(Count.of(facts.deliveryCount(), "time"))));
    }
    if (activity != null && activity.deliveryCount() >= deliveries) {
      return Optional.of(
          new Trouble(
              Kind.DELIVERIES,
              "activity \"%s\" delivered %s without a result"
                  .formatted(activity.name(), Count.of(activity.deliveryCount(), "time"))));
    }
    if (activity != null
        && activity.lock() == null
        && activity.heldUntil() == null
        && isLong(activity.since(), patience, now)) {
      return Optional.of(
          new Trouble(
              Kind.ACTIVITY_NOT_TAKEN,
              "no worker takes the activity \"%s\"%s, for %s"
                  .formatted(
                      activity.name(),
                      activity.tag() == null ? "" : " with the tag \"" + activity.tag() + "\"",
                      Times.rough(Duration.between(activity.since(), now)))));
    }
    if (facts.standing() == Standing.READY && isLong(since, patience, now)) {
      return Optional.of(
          new Trouble(
              Kind.NOT_TAKEN,
              "due, and no worker takes it: %s to deliver"
                  .formatted(Count.of(facts.deliverableMessages(), "message"))));
    }
    return Optional.empty();
  }

  /** A report about an activity is of the past when another worker has taken that activity. */
  private static boolean isTaken(Problem problem, InstanceFacts facts) {
    ActivityFacts oldest = facts.oldestActivity();
    return problem.activityId() != null
        && oldest != null
        && oldest.lock() != null
        && oldest.identity().activityId() == problem.activityId();
  }

  private static boolean isLong(Instant since, Duration patience, Instant now) {
    return Duration.between(since, now).compareTo(patience) >= 0;
  }
}
