// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.streams.Aggregate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A chain of links, each of which says what was before it and what is after it: an aggregate whose
 * stream tells whether it is the sequential fold.
 */
public record Chain(long sum, int links) {

  static final Chain EMPTY = new Chain(17, 0);

  /** What is called for each command that is decided, in this JVM. */
  static final AtomicReference<Consumer<Command>> HOOK = new AtomicReference<>(command -> {});

  /** What can be asked for. */
  sealed interface Command {
    String name();
  }

  /** One more link. */
  record Link(String name, int number) implements Command {}

  /** Several links at once. */
  record Links(String name, int count) implements Command {}

  /** Nothing. */
  record Nothing(String name) implements Command {}

  /** What has happened. */
  sealed interface Event {}

  /** A link was added. */
  record Linked(String name, int number, long before, long after) implements Event {}

  /** A mark was set by somebody else. */
  record Marked(String name) implements Event {}

  /** Chains of one category. */
  static QueuedAggregate<Chain, Command, Event> in(String category) {
    return QueuedAggregate.of(
        Aggregate.builder(category, Chain.class, Command.class, Event.class)
            .initial(EMPTY)
            .decide(Chain::decide)
            .evolve(Chain::evolve)
            .build(),
        Command.class);
  }

  private static List<Event> decide(Chain chain, Command command) {
    HOOK.get().accept(command);
    return switch (command) {
      case Link(String name, int number) -> List.of(link(chain, name, number));
      case Links(String name, int count) -> {
        Linked first = link(chain, name, count);
        yield List.of(first, link(evolve(chain, first), name, count));
      }
      case Nothing nothing -> List.of();
    };
  }

  private static Linked link(Chain chain, String name, int number) {
    return new Linked(name, number, chain.sum(), next(chain.sum(), name, number));
  }

  private static long next(long sum, String name, int number) {
    return 31 * (31 * sum + name.hashCode()) + number;
  }

  static Chain evolve(Chain chain, Event event) {
    return switch (event) {
      case Linked linked -> {
        if (linked.before() != chain.sum()) {
          throw new IllegalStateException("%s does not follow %s".formatted(linked, chain));
        }
        yield new Chain(linked.after(), chain.links() + 1);
      }
      case Marked(String name) -> new Chain(next(chain.sum(), name, 0), chain.links());
    };
  }
}
