// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import dev.holdfast.examples.postings.flow.Pipeline.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What comes of a posting where nothing is killed and nothing stored: its actors one after the
 * other, in this process.
 *
 * @param events what happens to it
 * @param calls what comes of each call of an actor, by the name of the task
 * @param state what is known in the end
 */
public record Undisturbed(
    List<PostingEvent> events, Map<String, PostingCommand> calls, PostingState state) {

  /** What is known after so many events. */
  public PostingState stateAt(long version) {
    PostingState then = PostingState.INITIAL;
    for (PostingEvent event : events.subList(0, (int) Math.min(version, events.size()))) {
      then = PostingState.evolve(then, event);
    }
    return then;
  }

  /** Runs a posting; one that is refused has no events. */
  public static Undisturbed of(Posting posting) {
    List<PostingEvent> events = new ArrayList<>();
    Map<String, PostingCommand> calls = new LinkedHashMap<>();
    PostingState state = PostingState.INITIAL;
    PostingCommand command = posting.receive();
    while (!posting.isRefused()) {
      PostingEvent event = Postings.decide(state, command);
      events.add(event);
      state = PostingState.evolve(state, event);
      Optional<Task> next = Pipeline.after(event);
      if (next.isEmpty()) {
        break;
      }
      command = Pipeline.outcome(next.get(), posting.id(), state);
      if (next.get().isCall()) {
        calls.put(next.get().key(posting.id()), command);
      }
    }
    return new Undisturbed(List.copyOf(events), calls, state);
  }
}
