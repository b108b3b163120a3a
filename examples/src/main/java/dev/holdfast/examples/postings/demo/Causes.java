// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.postings.flow.Posting;
import dev.holdfast.examples.postings.flow.Postings;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain of causes: of a posting each event is caused by the one before, what is beside
 * it, in feeds and circuits, by one of the posting, all of it belongs to the first, and all is in
 * the conversation of the feed.
 */
final class Causes {

  /** The streams of dead letters are the library's, and have no cause. */
  private static final String DEAD_LETTERS = "dead-letters";

  private final Map<String, StreamEvent> byId = new HashMap<>();
  private final Map<String, StreamEvent> lastOfStream = new HashMap<>();
  private final Map<String, Posting> postings;
  private final List<Finding> findings = new ArrayList<>();

  private Causes(Map<String, Posting> postings) {
    this.postings = postings;
  }

  /**
   * Checks all events.
   *
   * @param log all events, in the order of the log
   * @param postings what came in, by id
   */
  static List<Finding> check(List<StreamEvent> log, Map<String, Posting> postings) {
    Causes causes = new Causes(postings);
    for (StreamEvent event : log) {
      if (!event.stream().category().equals(DEAD_LETTERS)) {
        causes.check(event);
      }
    }
    return List.copyOf(causes.findings);
  }

  private void check(StreamEvent event) {
    NewEvent content = event.content();
    if (byId.put(content.eventId(), event) != null) {
      findings.add(new Finding(Kind.TWICE, told(event), "there is another event of this id"));
    }
    StreamEvent before = lastOfStream.put(event.stream().toString(), event);
    boolean isPosting = event.stream().category().equals(Postings.CATEGORY);
    if (isPosting && before == null) {
      require(event, content.causationId() == null, "the first event of a posting has a cause");
      require(
          event,
          content.eventId().equals(content.correlationId()),
          "the first event of a posting belongs to another one");
      inConversation(event, event.stream().id());
      return;
    }
    StreamEvent cause = content.causationId() == null ? null : byId.get(content.causationId());
    if (cause == null) {
      findings.add(
          new Finding(Kind.LOST, told(event), "its cause does not stand before it in the log"));
      return;
    }
    require(
        event,
        isPosting
            ? cause.equals(before)
            : cause.stream().category().equals(Postings.CATEGORY),
        "it is caused by %s, which cannot be".formatted(told(cause)));
    require(
        event,
        Objects.equals(content.correlationId(), cause.content().correlationId()),
        "it does not belong to what its cause belongs to");
    inConversation(event, cause.stream().id());
  }

  private void inConversation(StreamEvent event, String id) {
    @Nullable Posting posting = postings.get(id);
    require(
        event,
        posting != null
            && event
                .content()
                .tags()
                .contains(
                    new Tag(Followers.CONVERSATION, Board.conversation(posting.feed()))),
        "it is not in the conversation of its feed");
  }

  private void require(StreamEvent event, boolean holds, String otherwise) {
    if (!holds) {
      findings.add(new Finding(Kind.WRONG, told(event), otherwise));
    }
  }

  private static String told(StreamEvent event) {
    return "%s@%d %s".formatted(event.stream(), event.version(), event.content().type());
  }
}
