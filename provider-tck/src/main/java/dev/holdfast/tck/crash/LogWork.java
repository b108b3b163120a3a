// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Appenders to a few streams, by single calls, lists and acks, some of them refused, and readers of
 * the log. Thread-safe.
 */
final class LogWork {

  /** How many events an append has. */
  static final int EVENTS = 2;

  private static final int CATEGORIES = 3;
  private static final int STREAMS = 4;

  /** How long a reader waits at the head. */
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final Provider provider;
  private final Consumer<String> say;
  private final String prefix;
  private final Duration lockFor;
  private final EventStreams streams;
  private final Changes changes;
  private final AtomicInteger made = new AtomicInteger();

  LogWork(Provider provider, Consumer<String> say, String prefix, Duration lockFor) {
    this.provider = provider;
    this.say = say;
    this.prefix = prefix;
    this.lockFor = lockFor;
    streams = provider.capability(EventStreams.class).orElseThrow();
    changes = provider.capability(Changes.class).orElseThrow();
  }

  /** The category that a number stands for. */
  static String category(int number) {
    return "c" + number % CATEGORIES;
  }

  /** Works on several threads, and reads for each of the readers on one more. Returns at once. */
  void work(int appenders, long seed, List<String> readers) {
    for (int n = 0; n < appenders; n++) {
      Random random = new Random(seed + n);
      boolean turns = n == 0;
      begin(() -> append(random, turns));
    }
    readers.forEach(reader -> begin(() -> follow(reader)));
  }

  private void begin(Runnable forEver) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            forEver.run();
          } catch (RuntimeException e) {
            e.printStackTrace();
            say.accept("failed " + e);
          }
        });
  }

  private void append(Random random, boolean turns) {
    while (true) {
      try {
        switch (random.nextInt(4)) {
          case 0 -> inList(random);
          case 1 -> refused(random);
          case 2 -> {
            if (turns) {
              turn(random);
            } else {
              single(random);
            }
          }
          default -> single(random);
        }
      } catch (Retryable | LockLost cut) {
        say.accept("refused " + cut.getClass().getSimpleName());
      }
    }
  }

  private AppendEvents one(Random random, Expected expected) {
    String key = prefix + made.incrementAndGet();
    List<NewEvent> events = new ArrayList<>();
    for (int n = 0; n < EVENTS; n++) {
      events.add(
          NewEvent.builder("event", Payload.utf8("data of " + key))
              .eventId(key + "#" + n)
              .correlationId(key)
              .build());
    }
    StreamId stream =
        new StreamId(category(random.nextInt(CATEGORIES)), "s" + random.nextInt(STREAMS));
    return new AppendEvents(stream, expected, events, key);
  }

  private void single(Random random) {
    AppendEvents append = one(random, Expected.any());
    told(append, streams.append(append));
  }

  private void inList(Random random) {
    List<AppendEvents> list = List.of(one(random, Expected.any()), one(random, Expected.any()));
    told(list, changes.apply(List.<Change>copyOf(list)));
  }

  private void refused(Random random) {
    AppendEvents good = one(random, Expected.any());
    AppendEvents bad = one(random, Expected.exactly(Long.MAX_VALUE));
    try {
      changes.apply(List.of(good, bad));
      throw new IllegalStateException("an append fits a version that it does not expect");
    } catch (VersionConflict conflict) {
      say.accept("refused VersionConflict");
    }
  }

  private void turn(Random random) {
    provider.enqueue(Sample.start(prefix + made.incrementAndGet(), Sample.NAME, Sample.VERSION));
    for (OrchestrationItem item :
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, lockFor))) {
      AppendEvents append = one(random, Expected.any());
      AckResult result =
          provider.ackOrchestrationItem(
              OrchestrationAck.builder(item.lockToken(), item.executionId())
                  .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
                  .changes(List.of(append))
                  .build());
      switch (result) {
        case AckResult.Applied applied -> told(List.of(append), applied.results());
        case AckResult.AlreadyApplied already ->
            throw new IllegalStateException("a turn was taken for a repeat");
        case AckResult.Rejected(var error) ->
            say.accept("refused " + error.getClass().getSimpleName());
      }
    }
  }

  private void told(List<AppendEvents> asked, List<ChangeResult> results) {
    for (int n = 0; n < asked.size(); n++) {
      told(asked.get(n), (Appended) results.get(n));
    }
  }

  private void told(AppendEvents asked, Appended answer) {
    say.accept("appended " + asked.key() + " " + answer.firstPosition());
  }

  /** How a child is told of a reader, in one word. */
  static String reader(LogPosition from, int limit, LogFilter filter) {
    return from + "/" + limit + "/" + String.join(",", filter.categories());
  }

  /** What {@link #reader} says of where a reader goes on, of its limit and of its filter. */
  private static LogRead read(String reader) {
    String[] words = reader.split("/", -1);
    LogFilter filter =
        words[2].isEmpty()
            ? LogFilter.all()
            : LogFilter.builder().categories(words[2].split(",")).build();
    return LogRead.after(LogPosition.parse(words[0]), Integer.parseInt(words[1])).matching(filter);
  }

  /** Reads on for ever, and says what each page had and where it goes on. */
  private void follow(String reader) {
    LogRead read = read(reader).waitingUpTo(WAIT);
    String name = reader.substring(reader.indexOf('/'));
    while (true) {
      try {
        LogPage page = streams.readLog(read);
        StringBuilder line = new StringBuilder("read " + name + " " + page.next());
        for (StreamEvent event : page.events()) {
          line.append(' ').append(event.position());
        }
        say.accept(line.toString());
        read = read.from(page.next());
      } catch (Retryable cut) {
        say.accept("refused " + cut.getClass().getSimpleName());
      }
    }
  }
}
