// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.DemoFailedException;
import dev.holdfast.examples.postings.flow.Feeds;
import dev.holdfast.examples.postings.flow.Feeds.Feed;
import dev.holdfast.examples.postings.flow.Feeds.PostingEnded;
import dev.holdfast.examples.postings.flow.Posting;
import dev.holdfast.examples.postings.flow.PostingCommand;
import dev.holdfast.examples.postings.flow.PostingEvent;
import dev.holdfast.examples.postings.flow.PostingState;
import dev.holdfast.examples.postings.flow.Postings;
import dev.holdfast.examples.postings.flow.Stage;
import dev.holdfast.examples.postings.flow.Stages;
import dev.holdfast.examples.postings.flow.Stages.Count;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.queue.EntryStatus;
import dev.holdfast.streams.queue.EventQueue;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The postings of the demo in the store: lets them come in, and tells how far they are. Works
 * beside the workers, and processes nothing. Not thread-safe.
 */
final class Board {

  /** The name of the entry with which a posting begins. */
  static final String RECEIVE = "receive";

  /** So many postings are under way at a time, so that some begin while others end. */
  private static final int OPEN = 200;

  private static final int SENDERS = 8;

  private final List<Posting> postings;
  private final EventQueue<PostingState, PostingCommand, PostingEvent> queue;
  private final Repository<Feed, PostingEnded, PostingEnded> feeds;
  private final Projector<PostingEvent, Count> stages;
  private int sent;

  Board(EventSourcing events, List<Posting> postings) {
    this.postings = postings;
    queue = EventQueue.on(events, Postings.POSTINGS);
    feeds = events.repository(Feeds.FEEDS.aggregate());
    stages = Projector.on(events, Stages.STAGES);
  }

  /** The conversation that the events of a feed are in. */
  static String conversation(String feed) {
    return "import-of-" + feed;
  }

  /**
   * Lets postings come in, as long as there are some and not too many are under way.
   *
   * @param most at most so many of all
   * @param ended how many have ended
   */
  void letIn(int most, long ended) throws InterruptedException {
    try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
      List<Future<String>> entries = new ArrayList<>();
      while (sent < most && sent - ended < OPEN) {
        Posting next = postings.get(sent++);
        EventContext context =
            EventContext.by("intake").with(Followers.CONVERSATION, conversation(next.feed()));
        entries.add(
            senders.submit(() -> queue.enqueue(next.id(), RECEIVE, next.receive(), context)));
      }
      for (Future<String> entry : entries) {
        entry.get();
      }
    } catch (ExecutionException e) {
      throw new DemoFailedException("postings could not be enqueued: " + e.getCause());
    }
  }

  /** How many postings are how far, as the projection says. */
  Map<Stage, Long> stages() {
    Map<Stage, Long> counts = new EnumMap<>(Stage.class);
    stages.rows().forEach((key, count) -> counts.put(Stage.valueOf(key), count.postings()));
    return counts;
  }

  /** How many have ended. */
  static long ended(Map<Stage, Long> counts) {
    return counts.getOrDefault(Stage.SCORED, 0L) + counts.getOrDefault(Stage.GIVEN_UP, 0L);
  }

  /**
   * Whether all of the first postings have come to their end, and their feeds know it.
   *
   * @param ended how many have ended
   */
  boolean isOver(int first, long ended) {
    List<Posting> some = postings.subList(0, first);
    long good = some.stream().filter(posting -> !posting.isRefused()).count();
    return ended == good
        && some.stream().map(Posting::feed).distinct().mapToLong(this::noted).sum() == good
        && some.stream().filter(Posting::isRefused).allMatch(this::isDead);
  }

  private long noted(String feed) {
    return feeds.load(feed).state().ended();
  }

  private boolean isDead(Posting posting) {
    return queue.status(posting.id(), RECEIVE) instanceof EntryStatus.Dead;
  }
}
