// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.queue.QueuedAggregate;
import java.util.List;

/** Postings: a stream for each. */
public final class Postings {

  /** The category of their streams. */
  public static final String CATEGORY = "posting";

  /** The aggregate and its queues. */
  public static final QueuedAggregate<PostingState, PostingCommand, PostingEvent> POSTINGS =
      QueuedAggregate.of(
          Aggregate.builder(
                  CATEGORY, PostingState.class, PostingCommand.class, PostingEvent.class)
              .initial(PostingState.INITIAL)
              .decide((state, command) -> List.of(decide(state, command)))
              .evolve(PostingState::evolve)
              .isComplete(state -> state.stage().isEnd())
              .build(),
          PostingCommand.class);

  private Postings() {}

  /** Which event follows from a command; each is possible at one stage only. */
  static PostingEvent decide(PostingState state, PostingCommand command) {
    return switch (command) {
      case PostingCommand.Receive c -> {
        require(state, Stage.NEW);
        if (c.title().isBlank()) {
          throw new IllegalArgumentException("a posting without a title");
        }
        yield new PostingEvent.Received(c.feed(), c.title(), c.company(), c.place(), c.text());
      }
      case PostingCommand.Normalise c -> {
        require(state, Stage.before(Actor.NORMALISE));
        yield new PostingEvent.Normalised(c.title(), c.place(), c.call());
      }
      case PostingCommand.Classify c -> {
        require(state, Stage.before(Actor.CLASSIFY));
        yield new PostingEvent.Classified(c.category(), c.call());
      }
      case PostingCommand.Extract c -> {
        require(state, Stage.before(Actor.EXTRACT));
        yield new PostingEvent.Extracted(c.skills(), c.call());
      }
      case PostingCommand.Summarise c -> {
        require(state, Stage.before(Actor.SUMMARISE));
        yield new PostingEvent.Summarised(c.summary(), c.call());
      }
      case PostingCommand.Score c -> {
        require(state, Stage.before(Actor.SCORE));
        yield new PostingEvent.Scored(c.score(), c.call());
      }
      case PostingCommand.Fail c -> {
        require(state, Stage.before(c.actor()));
        yield new PostingEvent.CallFailed(c.actor(), c.attempt(), c.error(), c.call());
      }
      case PostingCommand.GiveUp c -> {
        require(state, Stage.before(c.actor()));
        yield new PostingEvent.GivenUp(c.actor(), c.error());
      }
    };
  }

  private static void require(PostingState state, Stage stage) {
    if (state.stage() != stage) {
      throw new IllegalStateException(
          "the posting is %s, and not %s".formatted(state.stage().label(), stage.label()));
    }
  }
}
