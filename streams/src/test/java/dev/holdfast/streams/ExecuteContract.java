// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.AccountCommand.Close;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountCommand.Open;
import dev.holdfast.streams.AccountCommand.Withdraw;
import dev.holdfast.streams.AccountEvent.Withdrawn;
import dev.holdfast.streams.Counter.Added;
import dev.holdfast.streams.internal.EventIds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Commands are executed: decided again when others were faster, once when they have an id. */
abstract class ExecuteContract extends StoreContract {

  private Repository<Counter, Long, Added> counters(Provider handle) {
    return closing(EventSourcing.builder(handle).maxAttempts(1_000).build())
        .repository(Counter.aggregate("counter"));
  }

  private Repository<Account, AccountCommand, AccountEvent> accounts(Provider handle) {
    return closing(EventSourcing.on(handle)).repository(Account.aggregate("account"));
  }

  private static <T> List<T> together(List<Callable<T>> calls) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(calls.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> call : calls) {
        futures.add(
            threads.submit(() -> {
              barrier.await();
              return call.call();
            }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  @Test
  @Promise("ES-02")
  void sixteenWritersOfOneCounterAddUpExactly() throws Exception {
    String id = id("sum");
    List<Repository<Counter, Long, Added>> handles =
        List.of(counters(provider), counters(store.openHandle()));
    List<Callable<Long>> writers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Repository<Counter, Long, Added> counters = handles.get(i % 2);
      writers.add(() -> {
        long newer = 0;
        for (int n = 0; n < 4; n++) {
          Executed<Counter, Added> done = counters.execute(id, 1L);
          newer += done.newerEventsRead();
          // Each retry reads what is new, and nothing that it has read before.
          assertThat(done.newerEventsRead()).isBetween((long) done.retries(), 64L);
        }
        return newer;
      });
    }
    together(writers);
    Loaded<Counter> end = counters(provider).load(id);
    assertThat(end.state()).isEqualTo(new Counter(64));
    assertThat(end.version()).isEqualTo(64);
  }

  @Test
  @Promise("ES-02")
  void aRetryReadsOnlyWhatIsNewer() {
    String id = id("newer");
    Repository<Counter, Long, Added> others = counters(provider);
    for (int i = 0; i < 30; i++) {
      others.execute(id, 1L);
    }
    AtomicInteger conflicts = new AtomicInteger();
    Provider late =
        Intercepted.of(
            provider,
            (method, proceed) -> {
              if (method.equals("append") && conflicts.getAndIncrement() < 3) {
                others.execute(id, 10L);
                others.execute(id, 10L);
              }
              return proceed.call();
            });
    Executed<Counter, Added> done = counters(late).execute(id, 1L);
    assertThat(done.retries()).isEqualTo(3);
    assertThat(done.newerEventsRead()).isEqualTo(6);
    assertThat(done.state()).isEqualTo(new Counter(91));
    assertThat(done.version()).isEqualTo(37);
  }

  @Test
  @Promise("ES-02")
  void whoIsNeverFastEnoughIsToldSoAndNothingIsAppended() {
    String id = id("never");
    Repository<Counter, Long, Added> others = counters(provider);
    Provider late =
        Intercepted.of(
            provider,
            (method, proceed) -> {
              if (method.equals("append")) {
                others.execute(id, 1L);
              }
              return proceed.call();
            });
    Repository<Counter, Long, Added> counters =
        closing(EventSourcing.builder(late).maxAttempts(3).build())
            .repository(Counter.aggregate("counter"));
    assertThatThrownBy(() -> counters.execute(id, 100L))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("decided 3 times")
        .hasMessageContaining("counter/" + id)
        .extracting(e -> ((ConflictException) e).attempts())
        .isEqualTo(3);
    assertThat(others.load(id).state()).isEqualTo(new Counter(3));
  }

  @Test
  @Promise("ES-02")
  void withoutEventsNothingIsAppended() {
    String id = id("nothing");
    Repository<Account, AccountCommand, AccountEvent> accounts = accounts(provider);
    accounts.execute(id, new Open("Alice"));
    accounts.execute(id, new Close());
    Executed<Account, AccountEvent> done = accounts.execute(id, new Close());
    assertThat(done.events()).isEmpty();
    assertThat(done.appended()).isNull();
    assertThat(done.version()).isEqualTo(2);
    assertThatThrownBy(() -> accounts.execute(id, new Withdraw(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("only 0 are there");
    assertThat(accounts.load(id).version()).isEqualTo(2);
    assertThat(accounts.load(id).complete()).isTrue();
    assertThat(accounts.load(id("unknown"))).isEqualTo(new Loaded<>(Account.NONE, 0, false, null));
  }

  @Test
  @Promise("ES-03")
  void aCommandWithAnIdHasItsEffectOnceFromWherever() {
    String id = id("once");
    Repository<Account, AccountCommand, AccountEvent> here = accounts(provider);
    Repository<Account, AccountCommand, AccountEvent> there = accounts(store.openHandle());
    here.execute(id, new Open("Alice"));
    here.execute(id, new Deposit(500));
    Executed<Account, AccountEvent> first = here.execute(id, "withdraw-1", new Withdraw(300));
    assertThat(first.repeated()).isFalse();
    // Decided now it would be refused, have other events, or none: the first outcome counts.
    Executed<Account, AccountEvent> again = there.execute(id, "withdraw-1", new Withdraw(300));
    assertThat(again.repeated()).isTrue();
    assertThat(again.events()).containsExactly(new Withdrawn(300));
    assertThat(again.state()).isEqualTo(first.state());
    assertThat(again.version()).isEqualTo(3);
    here.execute(id, new Deposit(1_000));
    here.execute(id, new Close());
    for (AccountCommand other : List.of(new Withdraw(300), new Withdraw(7), new Close())) {
      Executed<Account, AccountEvent> later = there.execute(id, "withdraw-1", other);
      assertThat(later.repeated()).isTrue();
      assertThat(later.events()).containsExactly(new Withdrawn(300));
      assertThat(later.version()).isEqualTo(3);
      assertThat(later.state().cents()).isEqualTo(200);
    }
    assertThat(here.load(id).version()).isEqualTo(5);
    assertThat(here.load(id).state().cents()).isEqualTo(1_200);
  }

  @Test
  @Promise("ES-03")
  void aLogWhoseReadersAreHeldBackHidesNoOutcome() {
    String id = id("stalled");
    Provider stalled =
        Intercepted.of(
            provider,
            (method, proceed) ->
                method.equals("readLog")
                    ? new LogPage(List.of(), LogPosition.START, true, null)
                    : proceed.call());
    Repository<Account, AccountCommand, AccountEvent> accounts = accounts(stalled);
    accounts.execute(id, "deposit", new Deposit(5));
    accounts.execute(id, "withdraw", new Withdraw(5));
    accounts.execute(id, new Deposit(1));
    Executed<Account, AccountEvent> again = accounts.execute(id, "withdraw", new Withdraw(5));
    assertThat(again.repeated()).isTrue();
    assertThat(again.version()).isEqualTo(2);
    assertThatThrownBy(() -> accounts.execute(id, "other", new Withdraw(5)))
        .hasMessage("only 1 are there");
  }

  @Test
  @Promise("ES-03")
  void anArchivedOutcomeIsReadFromTheArchiveAndNeverRepeated() {
    String id = id("archived");
    StreamId stream = new StreamId("account", id);
    Repository<Account, AccountCommand, AccountEvent> accounts = accounts(provider);
    accounts.execute(id, "deposit", new Deposit(5));
    accounts.execute(id, "withdraw", new Withdraw(4));
    List<StreamEvent> sink = accounts.timeline(id).stream().map(entry -> entry.event()).toList();
    accounts.snapshot(id);
    accounts.execute(id, new Deposit(10));
    provider.capability(StreamArchive.class).orElseThrow().archive(stream, 2, "state-1", 100);
    assertThatThrownBy(() -> accounts.execute(id, "withdraw", new Withdraw(3)))
        .isInstanceOf(ArchivedEventsException.class)
        .hasMessageContaining("command withdraw was executed before");
    EventSourcing reading =
        closing(
            EventSourcing.builder(provider)
                .archive((asked, from, through, limit) ->
                    sink.stream()
                        .filter(e -> e.version() >= from && e.version() <= through)
                        .limit(limit)
                        .toList())
                .build());
    for (long cents : List.of(3L, 4L, 400L)) {
      Executed<Account, AccountEvent> again =
          reading
              .repository(Account.aggregate("account"))
              .execute(id, "withdraw", new Withdraw(cents));
      assertThat(again.repeated()).isTrue();
      assertThat(again.events()).containsExactly(new Withdrawn(4));
      assertThat(again.state().cents()).isEqualTo(1);
    }
    assertThat(accounts.load(id).version()).isEqualTo(3);
  }

  @Test
  @Promise("ES-03")
  void idsOfEventsAreDerivedFromStreamKeyAndPlace() {
    Aggregate<Counter, Long, Added> twice =
        Counter.builder("twice")
            .decide((state, by) -> List.of(new Added(by), new Added(by)))
            .build();
    Repository<Counter, Long, Added> here = closing(EventSourcing.on(provider)).repository(twice);
    Repository<Counter, Long, Added> there =
        closing(EventSourcing.on(Intercepted.of(provider, (method, proceed) -> proceed.call())))
            .repository(twice);
    here.execute(id("a"), "k", 1L);
    there.execute(id("b"), "k", 1L);
    there.execute(id("a"), "l", 1L);
    List<String> ids = new ArrayList<>();
    here.timeline(id("a")).forEach(entry -> ids.add(entry.event().content().eventId()));
    here.timeline(id("b")).forEach(entry -> ids.add(entry.event().content().eventId()));
    assertThat(ids).hasSize(6).doesNotHaveDuplicates();
    // What another process derives is what this one has derived.
    EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
    StreamId fresh = new StreamId("twice", id("c"));
    here.execute(fresh.id(), "k", 1L);
    String derived = EventIds.of(fresh, "k", 1);
    assertThat(here.timeline(fresh.id()).get(1).event().content().eventId()).isEqualTo(derived);
    assertThat(
            streams
                .append(
                    new AppendEvents(
                        fresh,
                        Expected.any(),
                        here.timeline(fresh.id()).stream()
                            .map(entry -> entry.event().content())
                            .map(event ->
                                NewEvent.builder(event.type(), event.data())
                                    .tags(event.tags())
                                    .build())
                            .toList(),
                        "k"))
                .repeated())
        .isTrue();
  }

  @Test
  @Promise("ES-03")
  void aLostAnswerIsFoundAgainWhereverTheCallIsCut() {
    for (boolean behind : List.of(false, true)) {
      for (int cut = 0; cut < 3; cut++) {
        String id = id("cut-" + behind + cut);
        int place = cut;
        AtomicInteger calls = new AtomicInteger();
        Provider cutting =
            Intercepted.of(
                provider,
                (method, proceed) -> {
                  if (method.equals("limits") || calls.getAndIncrement() != place) {
                    return proceed.call();
                  }
                  if (behind) {
                    proceed.call();
                  }
                  throw new ProviderError.OutcomeUnknown(method, "the connection was lost", null);
                });
        Repository<Counter, Long, Added> counters = counters(cutting);
        Executed<Counter, Added> done = counters.execute(id, "add", 5L);
        assertThat(done.state()).isEqualTo(new Counter(5));
        assertThat(counters.execute(id, "add", 5L).repeated()).isTrue();
        assertThat(counters(provider).load(id).version()).isEqualTo(1);
        // Without an id of its own a command has its effect once, too.
        calls.set(0);
        assertThat(counters.execute(id, 5L).repeated()).isFalse();
        assertThat(counters(provider).load(id).version()).isEqualTo(2);
      }
    }
  }

  @Test
  @Promise("ES-03")
  void twoCallersAtOnceGetOneOutcome() throws Exception {
    List<Repository<Account, AccountCommand, AccountEvent>> handles =
        List.of(accounts(provider), accounts(store.openHandle()));
    for (int round = 0; round < 10; round++) {
      String id = id("race-" + round);
      handles.getFirst().execute(id, new Open("Alice"));
      handles.getFirst().execute(id, new Deposit(100));
      List<Callable<Executed<Account, AccountEvent>>> calls = new ArrayList<>();
      for (Repository<Account, AccountCommand, AccountEvent> accounts : handles) {
        // Whoever comes second finds nothing left to withdraw, and is not refused.
        calls.add(() -> accounts.execute(id, "all", new Withdraw(100)));
      }
      List<Executed<Account, AccountEvent>> done = together(calls);
      assertThat(done).extracting(Executed::version).containsOnly(3L);
      assertThat(done).extracting(Executed::repeated).containsExactlyInAnyOrder(false, true);
      assertThat(handles.getFirst().load(id).version()).isEqualTo(3);
    }
  }
}
