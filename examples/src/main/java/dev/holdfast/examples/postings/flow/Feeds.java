// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.queue.QueuedAggregate;
import java.util.List;

/** Feeds: where postings come from, and what has become of those of each. */
public final class Feeds {

  /** The category of their streams. */
  public static final String CATEGORY = "feed";

  /** A posting has come to its end; also the command that asks to note that. */
  public record PostingEnded(String posting, Stage stage, int score) {}

  /**
   * What has become of the postings of a feed.
   *
   * @param scored how many were scored
   * @param givenUp how many were given up
   * @param scores the sum of the scores
   */
  public record Feed(int scored, int givenUp, long scores) {

    /** How many have ended. */
    public int ended() {
      return scored + givenUp;
    }

    /** What an event makes of it. */
    public static Feed evolve(Feed feed, PostingEnded event) {
      return event.stage() == Stage.SCORED
          ? new Feed(feed.scored + 1, feed.givenUp, feed.scores + event.score())
          : new Feed(feed.scored, feed.givenUp + 1, feed.scores);
    }
  }

  /** Of no posting. */
  public static final Feed INITIAL = new Feed(0, 0, 0);

  /** The aggregate and its queues. */
  public static final QueuedAggregate<Feed, PostingEnded, PostingEnded> FEEDS =
      QueuedAggregate.of(
          Aggregate.builder(CATEGORY, Feed.class, PostingEnded.class, PostingEnded.class)
              .initial(INITIAL)
              .decide((feed, command) -> List.of(command))
              .evolve(Feed::evolve)
              .build(),
          PostingEnded.class);

  private Feeds() {}
}
