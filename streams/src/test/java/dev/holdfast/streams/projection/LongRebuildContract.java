// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A long log is rebuilt while others append, run and read. {@code -Dstreams.rebuild.events=100000}
 * is its full size.
 */
abstract class LongRebuildContract extends BankContract {

  private static final int EVENTS = Integer.getInteger("streams.rebuild.events", 2_000);
  private static final int ACCOUNTS = 50;
  private static final int AT_ONCE = 200;

  private final AtomicBoolean done = new AtomicBoolean();

  @Override
  protected boolean needsItsOwnStore() {
    return true;
  }

  /** Many events, past the aggregate, which would load each account for each of them. */
  private void fillTheLog() {
    EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
    for (int i = 0; i < EVENTS / AT_ONCE; i++) {
      List<NewEvent> events =
          Stream.generate(() -> NewEvent.of("Deposited", Payload.utf8("{\"cents\":1}")))
              .limit(AT_ONCE)
              .toList();
      streams.append(
          new AppendEvents(new StreamId(name, "a-" + i % ACCOUNTS), Expected.any(), events, null));
    }
  }

  /**
   * Reads all rows again and again. A row that was there stays, and never loses what was in it, but
   * for once: what the rows before have taken in while the switch was made comes a moment later.
   */
  private final class Reader implements Runnable {

    private final Projector<AccountEvent, Balance> rows;
    private final Map<String, Integer> least = new HashMap<>();
    private final List<String> holes = new ArrayList<>();
    private final Set<Long> stepsBack = new HashSet<>();
    private final AtomicLong reads = new AtomicLong();

    Reader(Projector<AccountEvent, Balance> rows) {
      this.rows = rows;
    }

    @Override
    public void run() {
      while (!done.get()) {
        Map<String, Balance> seen = rows.rows();
        long read = reads.incrementAndGet();
        least.forEach((key, movements) -> {
          Balance now = seen.get(key);
          if (now == null) {
            holes.add("%s was at %d and is gone".formatted(key, movements));
          } else if (now.movements() < movements) {
            stepsBack.add(read);
          }
        });
        seen.forEach((key, row) -> least.put(key, row.movements()));
      }
    }
  }

  @Test
  @Timeout(900)
  @Promise("ES-23")
  void readersOfALongLogSeeNoHoleWhileItIsRebuilt() throws Exception {
    fillTheLog();
    EventSourcing wide = closing(EventSourcing.builder(provider).pageSize(500).build());
    Projector<AccountEvent, Balance> old = Projector.on(wide, Balance.of(name));
    Projector<AccountEvent, Balance> anew =
        Projector.on(wide, Balance.builder(name).build(2).handler(Balance::changes), 2);
    old.catchUp();
    Reader reader = new Reader(old);
    AtomicLong appended = new AtomicLong();
    Rebuilt rebuilt;
    try (ProjectionRunner runs = old.start(RunnerSettings.defaults());
        ProjectionRunner goesOn = anew.start(RunnerSettings.defaults())) {
      Thread reads = Thread.ofPlatform().start(reader);
      Thread appends =
          Thread.ofPlatform()
              .start(() -> {
                while (!done.get()) {
                  deposit("b-" + appended.getAndIncrement() % ACCOUNTS, 1);
                }
              });
      rebuilt = anew.rebuild();
      long atSwitch = reader.reads.get();
      anew.await(deposit("b-0", 1).appended().lastPosition(), Duration.ofMinutes(5));
      done.set(true);
      reads.join();
      appends.join();
      assertThat(atSwitch).isPositive();
      assertThat(runs.isWell() && goesOn.isWell()).isTrue();
    }
    anew.catchUp();
    System.out.printf(
        "%,d events made %,d rows anew in %,d ms, beside %,d appends and %,d reads%n",
        rebuilt.events(),
        anew.rows().size(),
        rebuilt.duration().toMillis(),
        appended.get(),
        reader.reads.get());
    assertThat(reader.holes).isEmpty();
    assertThat(reader.stepsBack).hasSizeLessThanOrEqualTo(1);
    assertThat(rebuilt.events()).isGreaterThanOrEqualTo(EVENTS);
    assertThat(anew.verify().differences()).isEmpty();
    Map<String, Balance> rows = anew.rows();
    assertThat(rows.values().stream().mapToLong(Balance::movements).sum())
        .isEqualTo(EVENTS + appended.get() + 1);
  }
}
