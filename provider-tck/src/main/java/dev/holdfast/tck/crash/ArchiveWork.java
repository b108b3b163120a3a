// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.stream.ArchiveStep;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import java.util.function.Consumer;

/** Archives streams in small steps, and appends to them, by two threads. */
public final class ArchiveWork {

  /** How many streams there are. */
  public static final int STREAMS = 4;

  /** The schema of the snapshots that cover them. */
  public static final String SCHEMA = "schema";

  /** How many events a step removes at most. */
  public static final int LIMIT = 12;

  private final EventStreams streams;
  private final StreamArchive archive;
  private final Consumer<String> say;

  ArchiveWork(Provider provider, Consumer<String> say) {
    streams = provider.capability(EventStreams.class).orElseThrow();
    archive = provider.capability(StreamArchive.class).orElseThrow();
    this.say = say;
  }

  /**
   * A stream.
   *
   * @param number its number, from 0
   * @return the stream
   */
  public static StreamId stream(int number) {
    return new StreamId("archived", "s" + number);
  }

  /** Works until the process is killed. */
  void work(long through) {
    Thread.ofPlatform().daemon().start(this::append);
    for (int n = 0; ; n++) {
      StreamId stream = stream(n % STREAMS);
      try {
        ArchiveStep step = archive.archive(stream, through, SCHEMA, LIMIT);
        say.accept("archived " + stream.id() + " " + step.left());
      } catch (Retryable busy) {
        // The next one then.
      }
    }
  }

  private void append() {
    for (int n = 0; ; n++) {
      try {
        streams.append(StreamWork.append("beside", "beside " + n));
      } catch (Retryable busy) {
        // The next one then.
      }
    }
  }
}
