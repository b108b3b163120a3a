// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.util.List;
import java.util.Locale;

/**
 * A change to be.
 *
 * @param kind what it does
 * @param run the number of the run, or of the instance that gets a message
 * @param step the number of the step
 * @param away how far the version that it shows is from the one that its writer knows
 * @param status the number of the status, or less than 0 for none; for inboxes which message
 * @param content what else it says
 * @param label makes its contents its own
 */
record StateDraft(
    Kind kind, int run, int step, int away, int status, Content content, String label) {

  /** How many steps a run may have. */
  static final int STEPS = 3;

  /** What a change does. */
  enum Kind {
    SEND,
    CREATE,
    CHANGE_RUN,
    RESTART,
    DELETE_RUN,
    ENSURE,
    CHANGE_STEP,
    APPEND,
    CONSUME,
    DELIVER;

    private boolean isOfStep() {
      return switch (this) {
        case SEND, CREATE, CHANGE_RUN, DELETE_RUN -> false;
        case RESTART, ENSURE, CHANGE_STEP, APPEND, CONSUME, DELIVER -> true;
      };
    }
  }

  /** What a change says besides. */
  enum Content {
    NOTHING,
    PAYLOAD,
    SUSPENSION,
    ERROR
  }

  static String step(int number) {
    return "s" + number;
  }

  StateDraft knowing() {
    return new StateDraft(kind, run, step, 0, status, content, label);
  }

  StateDraft saying(Content other) {
    return new StateDraft(kind, run, step, away, status, other, label);
  }

  StateDraft withoutStatus() {
    return new StateDraft(kind, run, step, away, -1, content, label);
  }

  /** Simpler ones. */
  List<StateDraft> simpler() {
    return List.of(knowing(), saying(Content.NOTHING), withoutStatus());
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')
        + " i"
        + run
        + (kind.isOfStep() ? "/" + step(step) : "")
        + (away == 0 ? "" : " version %+d".formatted(away))
        + (status < 0 ? "" : " status " + status)
        + (content == Content.NOTHING ? "" : " " + content.name().toLowerCase(Locale.ROOT))
        + (label.isEmpty() ? "" : " '" + label + "'");
  }
}
