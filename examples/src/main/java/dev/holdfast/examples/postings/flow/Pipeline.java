// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import java.util.Optional;

/** Who works on a posting next, and what comes of it: functions that know no store. */
public final class Pipeline {

  private Pipeline() {}

  /**
   * What is to be done next.
   *
   * @param actor who does it
   * @param attempt the attempt, from 1
   */
  public record Task(Actor actor, int attempt) {

    /** Whether the actor is called, and does not only give up. */
    public boolean isCall() {
      return attempt <= Actors.ATTEMPTS;
    }

    /** Under which name it is done once for a posting. */
    public String key(String posting) {
      return "%s/%s/%d".formatted(posting, actor.label(), attempt);
    }
  }

  /** What an event calls for; nothing at the end. */
  public static Optional<Task> after(PostingEvent event) {
    return switch (event) {
      case PostingEvent.Received e -> first(Actor.NORMALISE);
      case PostingEvent.Normalised e -> first(Actor.CLASSIFY);
      case PostingEvent.Classified e -> first(Actor.EXTRACT);
      case PostingEvent.Extracted e -> first(Actor.SUMMARISE);
      case PostingEvent.Summarised e -> first(Actor.SCORE);
      case PostingEvent.CallFailed e -> Optional.of(new Task(e.actor(), e.attempt() + 1));
      case PostingEvent.Scored e -> Optional.empty();
      case PostingEvent.GivenUp e -> Optional.empty();
    };
  }

  private static Optional<Task> first(Actor actor) {
    return Optional.of(new Task(actor, 1));
  }

  /**
   * Does a task. A failure of a model is an outcome too.
   *
   * @param id the id of the posting
   * @param posting what is known of it when the task is due
   */
  public static PostingCommand outcome(Task task, String id, PostingState posting) {
    return Actors.outcome(task.actor(), task.attempt(), id, posting);
  }
}
