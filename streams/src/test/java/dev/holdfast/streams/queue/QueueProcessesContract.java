// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.ChildJvm;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.StoreContract;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.queue.Chain.Command;
import dev.holdfast.streams.queue.Chain.Event;
import dev.holdfast.streams.queue.Chain.Link;
import dev.holdfast.streams.queue.Chain.Linked;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes share the queues of a store, and are killed. */
@Timeout(540)
abstract class QueueProcessesContract extends StoreContract {

  private static final int QUEUES = 6;
  private static final int ENTRIES = 120;
  private static final int WORKERS = 4;

  private final List<ChildJvm> launched = new ArrayList<>();
  private QueuedAggregate<Chain, Command, Event> chains;
  private EventQueue<Chain, Command, Event> queue;

  private ChildJvm launch(String category) throws Exception {
    ChildJvm process = ChainProcess.launch(store.url(), category, WORKERS);
    launched.add(process);
    closing(process::kill);
    return process;
  }

  /** 16 workers in four processes; every tenth entry is bad, every fifth one is submitted. */
  @Test
  @Promise({"ES-29", "ES-30", "ES-31"})
  void theStreamIsTheSequentialFoldWhoeverIsKilled() throws Exception {
    String category = id("chain");
    chains = Chain.in(category);
    EventSourcing events = closing(EventSourcing.on(provider));
    queue = EventQueue.on(events, chains);
    Random random = new Random(7);
    for (int i = 0; i < 4; i++) {
      launch(category);
    }
    int nextKill = 20;
    for (int i = 0; i < ENTRIES; i++) {
      String name = (i % 10 == 9 ? "bad-" : "link-") + i;
      String id = "q-" + i % QUEUES;
      if (i % 5 == 2) {
        queue.submit(id, name, new Link(name, i));
      } else {
        queue.enqueue(id, name, new Link(name, i));
        queue.enqueue(id, name, new Link(name, i));
      }
      if (i == nextKill) {
        launched.remove(random.nextInt(launched.size())).kill();
        launch(category);
        nextKill += 20 + random.nextInt(10);
      }
    }
    for (int i = 0; i < ENTRIES; i++) {
      String name = (i % 10 == 9 ? "bad-" : "link-") + i;
      String id = "q-" + i % QUEUES;
      QueueContract.await(() -> isOver(queue.status(id, name)));
    }
    for (int q = 0; q < QUEUES; q++) {
      check(category, q);
    }
    for (ChildJvm process : launched) {
      assertThat(process.end()).isZero();
    }
  }

  private static boolean isOver(EntryStatus status) {
    return status instanceof EntryStatus.Completed || status instanceof EntryStatus.Dead;
  }

  private void check(String category, int q) {
    List<String> queued = new ArrayList<>();
    List<String> submitted = new ArrayList<>();
    List<String> dead = new ArrayList<>();
    for (int i = q; i < ENTRIES; i += QUEUES) {
      if (i % 5 == 2) {
        submitted.add("link-" + i);
      } else if (i % 10 == 9) {
        dead.add("bad-" + i);
      } else {
        queued.add("link-" + i);
      }
    }
    List<String> names = new ArrayList<>();
    Chain chain = Chain.EMPTY;
    for (StreamEvent event :
        provider
            .capability(EventStreams.class)
            .orElseThrow()
            .readStream(new StreamId(category, "q-" + q), 1, Direction.FORWARDS, 100)
            .events()) {
      Event decoded =
          chains
              .aggregate()
              .events()
              .decode(
                  new EncodedEvent(
                      event.content().type(),
                      event.content().schemaVersion(),
                      event.content().data()))
              .orElseThrow();
      chain = Chain.evolve(chain, decoded);
      names.add(((Linked) decoded).name());
    }
    assertThat(names).as("each once").doesNotHaveDuplicates();
    assertThat(names).containsSubsequence(queued).containsSubsequence(submitted);
    assertThat(names).hasSize(queued.size() + submitted.size());
    assertThat(queue.deadLetters("q-" + q))
        .extracting(DeadLetter::id)
        .containsExactlyElementsOf(dead);
    assertThat(queue.deadLetters("q-" + q)).allMatch(letter -> letter.attempts() == 3);
  }
}
