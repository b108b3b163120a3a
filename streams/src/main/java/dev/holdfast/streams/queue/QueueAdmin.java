// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.internal.StoreAccess;
import dev.holdfast.streams.internal.Tenant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What operators ask about queues whose code they do not have: their dead letters (ES-31).
 * Thread-safe.
 *
 * <p>Every method throws {@link ProviderError} when the store fails for longer than the patience of
 * {@link EventSourcing}.
 */
public final class QueueAdmin {

  private final StoreAccess store;
  private final Tenant tenant;

  private QueueAdmin(StoreAccess store) {
    this.store = store;
    tenant = store.tenant();
  }

  /**
   * Asks about the queues of a store.
   *
   * @param events the library on the store, or the view of a tenant, which sees its own
   * @return the questions
   */
  public static QueueAdmin on(EventSourcing events) {
    return new QueueAdmin(events.store());
  }

  /**
   * Tells queues from other instances.
   *
   * @param name what the code of an instance is called in the store
   * @return whether the instance is the queue of a stream
   */
  public static boolean isQueue(String name) {
    return QueueNames.isQueue(name);
  }

  /** {@return the dead letters of all queues about which nobody has decided, oldest first} */
  public List<DeadLetter> deadLetters() {
    List<DeadLetter> letters = new ArrayList<>();
    EventStreams streams = store.streams();
    String category = tenant.storedCategory(QueueNames.DEAD_LETTERS);
    String after = null;
    do {
      String from = after;
      StreamList page = store.call(s -> s.streams(category, from, store.pageSize()));
      for (StreamInfo info : page.streams()) {
        DeadLetters.byCategory(streams, info.stream(), any -> true)
            .values()
            .forEach(each -> letters.addAll(each.undecided()));
      }
      after = page.nextAfterId();
    } while (after != null);
    letters.sort(Comparator.comparing(DeadLetter::diedAt));
    return letters.stream().map(this::seen).toList();
  }

  /**
   * Lists the dead letters of one queue.
   *
   * @param stream the stream that it is for
   * @return those about which nobody has decided, oldest first
   */
  public List<DeadLetter> deadLetters(StreamId stream) {
    return DeadLetters.read(store.streams(), stored(stream)).undecided().stream()
        .map(this::seen)
        .toList();
  }

  /**
   * Has a dead letter processed after all, as {@link EventQueue#redrive} does. Returns when that is
   * durable; it happens when a worker has the queue.
   *
   * @param stream the stream that its queue is for
   * @param entryId the id of the entry
   * @return whether it is a dead letter about which nobody has decided; else nothing was done
   */
  public boolean redrive(StreamId stream, String entryId) {
    return decide(stream, entryId, QueueMessage::redrive);
  }

  /**
   * Drops a dead letter for good, as {@link EventQueue#drop} does. Returns when that is durable; it
   * happens when a worker has the queue.
   *
   * @param stream the stream that its queue is for
   * @param entryId the id of the entry
   * @return whether it is a dead letter about which nobody has decided; else nothing was done
   */
  public boolean drop(StreamId stream, String entryId) {
    return decide(stream, entryId, QueueMessage::drop);
  }

  private boolean decide(
      StreamId stream, String entryId, BiFunction<StreamId, String, OrchestratorMessage> message) {
    if (deadLetters(stream).stream().noneMatch(letter -> letter.id().equals(entryId))) {
      return false;
    }
    store.provider().enqueue(message.apply(stored(stream), entryId));
    return true;
  }

  private StreamId stored(StreamId stream) {
    return tenant.stored(stream.category(), stream.id());
  }

  private DeadLetter seen(DeadLetter letter) {
    return new DeadLetter(
        letter.id(),
        tenant.seen(letter.stream()),
        letter.type(),
        letter.attempts(),
        letter.error(),
        letter.diedAt());
  }
}
