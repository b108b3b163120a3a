// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Appends with keys to two streams, by two threads. */
public final class StreamWork {

  private static final int EVENTS = 3;
  private static final String IN_LIST = "in-list-";

  private final EventStreams streams;
  private final Changes changes;
  private final Consumer<String> say;

  StreamWork(Provider provider, Consumer<String> say) {
    streams = provider.capability(EventStreams.class).orElseThrow();
    changes = provider.capability(Changes.class).orElseThrow();
    this.say = say;
  }

  /**
   * An append that a child makes.
   *
   * @param stream the stream
   * @param key the key, by which the events say where they belong
   * @return the append
   */
  public static AppendEvents append(String stream, String key) {
    List<NewEvent> events =
        IntStream.range(0, EVENTS)
            .mapToObj(n ->
                NewEvent.builder("event", Payload.utf8("data of " + key))
                    .eventId(key + "#" + n)
                    .correlationId(key)
                    .build())
            .toList();
    return new AppendEvents(new StreamId("killed", stream), Expected.any(), events, key);
  }

  /**
   * Whether an append is the first one of a list.
   *
   * @param key its key
   * @return true when it is
   */
  public static boolean isInList(String key) {
    return key.contains(IN_LIST);
  }

  /** Works until the process is killed. */
  void work(String prefix) {
    Thread.ofPlatform().daemon().start(() -> single(prefix + "alone-"));
    inLists(prefix + IN_LIST);
  }

  private void single(String prefix) {
    for (int n = 0; ; n++) {
      try {
        told(prefix + n, streams.append(append("one", prefix + n)));
      } catch (Retryable busy) {
        // The next one then; this one may be there, whole.
      }
    }
  }

  private void inLists(String prefix) {
    for (int n = 0; ; n++) {
      String first = prefix + n;
      try {
        List<ChangeResult> results =
            changes.apply(List.of(append("one", first), append("two", first + "+")));
        told(first, (Appended) results.get(0));
        told(first + "+", (Appended) results.get(1));
      } catch (Retryable busy) {
        // The next pair then; this one may be there, whole.
      }
    }
  }

  private void told(String key, Appended answer) {
    say.accept("appended " + key + " " + answer.firstVersion() + " " + answer.lastVersion());
  }
}
