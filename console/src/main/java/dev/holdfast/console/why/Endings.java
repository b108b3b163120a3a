// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.why;

import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.InstanceState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Puts into sentences how an instance has ended. */
final class Endings {

  private Endings() {}

  static Explanation explain(Situation it, Times times) {
    InstanceState state = it.status().state();
    Explanation why = new Explanation(state.name().toLowerCase(Locale.ROOT));
    Failure failure = it.status().failure();
    switch (state) {
      case COMPLETED -> {
        why.say("It has completed.");
        why.advise("holdfast show %s shows its output.", it.instanceId());
      }
      case CANCELLED ->
          why.say(
              "It was cancelled%s.",
              failure == null || failure.message() == null ? "" : ": " + failure.message());
      case TERMINATED ->
          why.say(
              "It was terminated, without its code%s.",
              failure == null || failure.message() == null ? "" : ": " + failure.message());
      default -> failed(it, failure, why);
    }
    if (it.facts().waitingMessages() > 0) {
      why.say(
          "After its end came %s, which no worker has taken. A request to restart it takes effect"
              + " when one does; anything else will change nothing.",
          Count.of(it.facts().waitingMessages(), "message"));
    }
    it.facts()
        .problems()
        .forEach(problem ->
            why.say(
                "A worker reported at %s: %s", times.show(problem.reportedAt()), problem.text()));
    return why;
  }

  private static void failed(Situation it, @Nullable Failure failure, Explanation why) {
    if (failure == null) {
      why.say("It has failed.");
      return;
    }
    String message = failure.message() == null ? "" : ": " + failure.message();
    switch (failure.type()) {
      case Failure.POISON -> {
        why.say(
            "It is poison: it was given up after too many deliveries without a result%s.", message);
        why.advise(
            "Find in the logs of its workers why they died or failed over it, mend that, and start"
                + " it again (holdfast restart %s --from-last-good).",
            it.instanceId());
      }
      case Failure.UNREGISTERED -> {
        why.say("It has failed because no worker knew a name%s.", message);
        why.advise(
            "Register that name in a worker, and start it again"
                + " (holdfast restart %s --from-last-good).",
            it.instanceId());
      }
      case Failure.UNREADABLE -> {
        why.say("It has failed because something stored cannot be read%s.", message);
        why.advise("holdfast history %s shows what is stored.", it.instanceId());
      }
      case Failure.REFUSED -> {
        why.say("It has failed because the store refused a result%s.", message);
        why.advise("Results that are too large belong elsewhere, with a reference in their place.");
      }
      case Failure.HISTORY_TOO_LONG -> {
        why.say("It has failed because it has done too much in one execution%s.", message);
        why.advise(
            "Have its code continue as new in time, or give parts to children, and begin anew"
                + " (holdfast restart %s). It cannot go on where it was, unless the limit is raised"
                + " (Builder.historyLimit).",
            it.instanceId());
      }
      case Failure.OTHER_ENGINE -> {
        why.say("It has failed.");
        why.advise(
            "It is of another engine: holdfast run %s says more of a run of a graph.",
            it.instanceId());
      }
      case String type when Reports.isOtherHistory(type) -> {
        Reports.otherHistory(it.instanceId(), failure.toString(), why);
        why.say("It was given up for that, as its workers are told to%s.", message);
        why.advise(
            "Deploy the code that wrote this history, and have it go on (holdfast restart %s"
                + " --from-last-good); or have the new code begin anew (holdfast restart %s).",
            it.instanceId(), it.instanceId());
      }
      default -> {
        why.say("It has failed: %s.", failure.toString());
        why.advise(
            "holdfast show %s shows causes, holdfast history %s how it came to that.",
            it.instanceId(), it.instanceId());
      }
    }
  }
}
