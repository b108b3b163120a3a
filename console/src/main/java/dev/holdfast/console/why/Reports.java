// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.NondeterminismException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Knows what workers report of instances that they cannot go on with, and what to do about it: what
 * helps differs from what helps an instance that merely waits for a worker. Stateless.
 */
final class Reports {

  private static final Pattern EVENT =
      Pattern.compile("does not follow its history at event (\\d+)");

  /** What is wrong, each with how its report begins. */
  private enum Kind {
    OTHER_HISTORY(text -> isOtherHistory(text)),
    UNREADABLE(text -> text.startsWith(Failure.UNREADABLE)),
    UNREGISTERED(text -> text.startsWith("no orchestration ")),
    NO_MEMORY(text -> text.startsWith("there was no memory")),
    BLOCKED(text -> text.startsWith("its code has been running"));

    private final Predicate<String> is;

    Kind(Predicate<String> is) {
      this.is = is;
    }
  }

  private Reports() {}

  /** {@return whether a failure, or a report of one, says that code does not follow its history} */
  static boolean isOtherHistory(String text) {
    return text.startsWith(NondeterminismException.class.getName());
  }

  /**
   * Says what to do about what a worker has reported of the instance itself.
   *
   * @return false when nothing is reported that is known here
   */
  static boolean advise(Situation it, Explanation why) {
    for (Problem problem : it.facts().problems()) {
      Kind kind = problem.activityId() == null ? kind(problem.text()) : null;
      if (kind != null) {
        advise(kind, problem.text(), it, why);
        return true;
      }
    }
    return false;
  }

  private static @Nullable Kind kind(String text) {
    for (Kind kind : Kind.values()) {
      if (kind.is.test(text)) {
        return kind;
      }
    }
    return null;
  }

  private static void advise(Kind kind, String text, Situation it, Explanation why) {
    String id = it.instanceId();
    switch (kind) {
      case OTHER_HISTORY -> {
        otherHistory(id, text, why);
        why.advise(
            "Deploy the code that wrote this history, or register the changed code under a new"
                + " version beside it: then it goes on by itself. One more worker with the same"
                + " code changes nothing.");
        why.advise(
            "If that code is gone for good: holdfast terminate %s, then holdfast restart %s has the"
                + " new code begin with the same input; what was done is done again.",
            id, id);
      }
      case UNREADABLE ->
          why.advise(
              "Deploy the version that wrote it: a newer one may have written what this one cannot"
                  + " read. holdfast history %s shows what is stored; what is damaged is in a"
                  + " backup.",
              id);
      case UNREGISTERED -> unregistered(it, "comes back again", why);
      case NO_MEMORY ->
          why.advise(
              "Give its workers more memory, or have its code keep less: another one may have room"
                  + " for it.");
      case BLOCKED ->
          why.advise(
              "Its code blocks or computes where the report says: that belongs into an activity."
                  + " Deploy it mended; when that worker is stopped, another one takes over.");
    }
  }

  /** Says from which event on code does something else, as a failure or a report has it. */
  static void otherHistory(String instanceId, String text, Explanation why) {
    Matcher event = EVENT.matcher(text);
    why.say(
        "The code of its workers does not follow its history%s, so nothing of its turns is stored.",
        event.find() ? " from event %s on".formatted(event.group(1)) : "");
    why.advise("holdfast history %s shows what its history has there.", instanceId);
  }

  /** What to do when no worker takes it. */
  static void unregistered(Situation it, String still, Explanation why) {
    why.advise(
        "Ask again in some seconds. If it %s, no running worker serves %s: start one that registers"
            + " exactly this name and version%s.",
        still,
        it.code(),
        it.facts().pinnedVersion() == null
            ? ""
            : ", and is of a runtime version that serves " + it.facts().pinnedVersion());
  }
}
