// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Executed;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.StoreContract;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.event.EventMetadata;
import dev.holdfast.streams.internal.json.Jsons;
import dev.holdfast.streams.queue.Chain.Command;
import dev.holdfast.streams.queue.Chain.Event;
import dev.holdfast.streams.queue.Chain.Link;
import dev.holdfast.streams.queue.Chain.Links;
import dev.holdfast.streams.queue.Chain.Marked;
import dev.holdfast.streams.queue.Chain.Nothing;
import dev.holdfast.worker.Worker;
import dev.holdfast.worker.WorkerSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queues of commands and events. */
abstract class QueueContract extends StoreContract {

  private static final Duration LONG = Duration.ofSeconds(60);

  private QueuedAggregate<Chain, Command, Event> chains;
  private EventQueue<Chain, Command, Event> queue;

  @BeforeEach
  void makeQueue() {
    chains = Chain.in(id("chain"));
    queue = EventQueue.on(events(provider), chains);
  }

  private EventSourcing events(Provider handle) {
    return closing(EventSourcing.on(handle));
  }

  @AfterEach
  void forgetHook() {
    Chain.HOOK.set(command -> {});
  }

  /** A worker on a handle of its own, closed without grace after the test. */
  private QueueWorker work(QueuePolicy policy) {
    return closing(
        QueueEngine.builder(events(store.openHandle()))
            .queue(chains)
            .policy(policy.withBackoff(Duration.ZERO, Duration.ZERO))
            .build()
            .start(WorkerSettings.defaults().withCloseGrace(Duration.ZERO)));
  }

  private QueueWorker work() {
    return work(QueuePolicy.defaults());
  }

  static void await(BooleanSupplier condition) {
    Semaphore never = new Semaphore(0);
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      try {
        assertThat(never.tryAcquire(5, TimeUnit.MILLISECONDS)).isFalse();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void awaitCompleted(String id, String entryId) {
    await(() -> queue.status(id, entryId) instanceof EntryStatus.Completed);
  }

  private List<StreamEvent> stream(StreamId stream) {
    return provider
        .capability(EventStreams.class)
        .orElseThrow()
        .readStream(stream, 1, Direction.FORWARDS, 100)
        .events();
  }

  private List<StreamEvent> stream(String id) {
    return stream(new StreamId(chains.aggregate().category(), id));
  }

  /** The names in the order of the stream, which is checked to be a fold. */
  private List<String> names(String id) {
    List<String> names = new ArrayList<>();
    Chain chain = Chain.EMPTY;
    for (StreamEvent event : stream(id)) {
      NewEvent content = event.content();
      names.add(Jsons.read(Jsons.MAPPER, content.data()).required("name").stringValue());
      Event decoded =
          chains
              .aggregate()
              .events()
              .decode(new EncodedEvent(content.type(), content.schemaVersion(), content.data()))
              .orElseThrow();
      chain = Chain.evolve(chain, decoded);
    }
    return names;
  }

  /** A store that is busy at first, and whose second answer is lost. */
  @Test
  @Promise("ES-29")
  void anEntryIsOfferedAgainToAStoreThatIsBusy() {
    AtomicInteger calls = new AtomicInteger();
    Provider busy =
        (Provider)
            Proxy.newProxyInstance(
                Provider.class.getClassLoader(),
                new Class<?>[] {Provider.class},
                (proxy, method, arguments) -> {
                  int call = method.getName().equals("enqueue") ? calls.incrementAndGet() : 3;
                  if (call == 1) {
                    throw new ProviderError.StoreContention("enqueue", "busy", null);
                  }
                  try {
                    Object result = method.invoke(provider, arguments);
                    if (call == 2) {
                      throw new ProviderError.OutcomeUnknown("enqueue", "cut", null);
                    }
                    return result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    EventQueue.on(events(busy), chains).enqueue("busy", "e-1", new Link("one", 1));

    work();
    awaitCompleted("busy", "e-1");
    assertThat(calls).hasValue(3);
    assertThat(stream("busy")).hasSize(1);
  }

  @Test
  @Promise("ES-28")
  void aSubmittedCommandIsExecutedNowAndOnce() {
    Executed<Chain, Event> first = queue.submit("a", "c-1", new Links("one", 1));
    Executed<Chain, Event> again = queue.submit("a", "c-1", new Links("one", 1));
    Executed<Chain, Event> marked =
        queue.submitEvent("a", "e-1", new Marked("mark"), EventContext.none());

    assertThat(first.state().links()).isEqualTo(2);
    assertThat(first.version()).isEqualTo(2);
    assertThat(first.repeated()).isFalse();
    assertThat(again.state()).isEqualTo(first.state());
    assertThat(again.version()).isEqualTo(2);
    assertThat(again.repeated()).isTrue();
    assertThat(marked.version()).isEqualTo(3);
    assertThat(queue.submit("a", "c-2", new Nothing("nothing")).events()).isEmpty();
    assertThat(names("a")).containsExactly("one", "one", "mark");
  }

  @Test
  @Promise("ES-29")
  void whatIsEnqueuedWaitsForAWorkerThatComesLater() {
    String any = queue.enqueue("a", new Link("first", 1));
    assertThat(queue.enqueue("a", "e-2", new Link("second", 2))).isEqualTo("e-2");
    assertThat(queue.enqueue("a", "e-2", new Link("second", 2))).isEqualTo("e-2");
    queue.enqueueEvent("a", "e-3", new Marked("third"));
    assertThatThrownBy(() -> queue.enqueue("a", "e-2", new Link("other", 2)))
        .isInstanceOf(IdempotencyMismatch.class);
    assertThat(stream("a")).isEmpty();
    assertThat(queue.status("a", any)).isEqualTo(new EntryStatus.Pending());
    assertThat(queue.status("a", "unheard")).isInstanceOf(EntryStatus.Pending.class);
    assertThat(queue.status("b", "unheard")).isEqualTo(new EntryStatus.Unknown());

    work();
    awaitCompleted("a", "e-3");
    queue.enqueue("a", "e-2", new Link("second", 2));
    queue.enqueue("a", "e-4", new Link("fourth", 4));
    awaitCompleted("a", "e-4");

    assertThat(names("a")).containsExactly("first", "second", "third", "fourth");
    assertThat(queue.status("a", any)).isEqualTo(new EntryStatus.Completed(1L));
    assertThat(queue.status("a", "unheard")).isEqualTo(new EntryStatus.Unknown());
  }

  @Test
  @Promise("ES-29")
  void anEntryComesWithTheTransactionOfItsCaller() throws Exception {
    work();
    try (Connection connection = store.connect()) {
      connection.setAutoCommit(false);
      QueueTransaction<Command, Event> undone = queue.within(connection);
      undone.enqueue("a", "e-1", new Link("undone", 1));
      connection.rollback();
      QueueTransaction<Command, Event> done = queue.within(connection);
      done.enqueue("a", "e-1", new Link("done", 1));
      done.enqueue("a", "e-1", new Link("done", 1));
      done.enqueueEvent("a", "e-2", new Marked("mark"));
      assertThat(stream("a")).isEmpty();
      connection.commit();
    }
    awaitCompleted("a", "e-2");
    assertThat(names("a")).containsExactly("done", "mark");
  }

  @Test
  @Promise("ES-10")
  void whatAnEntryComesToNamesItsCause() {
    EventContext context =
        EventContext.by("alice").withCorrelationId("deal-1").withCausationId("cause-1");
    queue.enqueue("a", "e-1", new Link("first", 1), context);
    work();
    awaitCompleted("a", "e-1");

    NewEvent event = stream("a").getFirst().content();
    assertThat(event.correlationId()).isEqualTo("deal-1");
    assertThat(event.causationId()).isEqualTo("cause-1");
    assertThat(EventMetadata.read(event.metadata()).actor()).isEqualTo("alice");
  }

  @Test
  @Promise("ES-42")
  void aTenantsQueueIsItsOwnAndAnyWorkerProcessesIt() {
    EventQueue<Chain, Command, Event> red =
        EventQueue.on(events(provider).forTenant("red"), chains);
    Chain.HOOK.set(command -> {
      if (command.name().equals("bad")) {
        throw new IllegalStateException("bad");
      }
    });
    red.enqueue("a", "e-1", new Link("bad", 1));
    red.enqueue("a", "e-2", new Link("red", 1));
    queue.enqueue("a", "e-1", new Link("plain", 1));
    work();
    awaitCompleted("a", "e-1");
    await(() -> red.status("a", "e-2") instanceof EntryStatus.Completed);

    assertThat(names("a")).containsExactly("plain");
    assertThat(queue.status("a", "e-2")).isEqualTo(new EntryStatus.Unknown());
    assertThat(queue.deadLetters("a")).isEmpty();
    assertThat(red.deadLetters("a")).hasSize(1);
    assertThat(events(provider).forTenant("red").repository(chains.aggregate()).load("a").version())
        .isOne();
  }

  @Test
  @Promise("ES-30")
  void aConflictWithASubmitIsDecidedAgainInTheSameTurn() {
    AtomicInteger decided = new AtomicInteger();
    EventQueue<Chain, Command, Event> other = EventQueue.on(events(provider), chains);
    Chain.HOOK.set(command -> {
      if (command.name().equals("queued") && decided.incrementAndGet() <= 3) {
        other.submit("a", "s-" + decided.get(), new Link("submitted", decided.get()));
      }
    });
    queue.enqueue("a", "e-1", new Link("queued", 0));
    QueueWorker worker = work();
    awaitCompleted("a", "e-1");

    assertThat(names("a")).containsExactly("submitted", "submitted", "submitted", "queued");
    assertThat(decided).hasValue(4);
    await(() -> worker.counts().turns() == 1);
    assertThat(worker.counts().conflicts()).isEqualTo(3);
    assertThat(worker.counts().failedAttempts()).isZero();
  }

  @Test
  @Promise("ES-30")
  void anEntryThatWasSubmittedUnderItsIdHasNoSecondEffect() {
    queue.enqueue("a", "e-1", new Link("one", 1));
    queue.enqueue("a", "e-2", new Link("two", 2));
    queue.enqueue("a", "e-3", new Link("three", 3));
    queue.submit("a", "e-2", new Link("two", 2));
    work();
    awaitCompleted("a", "e-3");
    assertThat(names("a")).containsExactly("two", "one", "three");
    assertThat(queue.status("a", "e-2")).isEqualTo(new EntryStatus.Completed(1L));
  }

  /** Its append is a repeat, and leaves no place for those behind it. */
  @Test
  @Promise("ES-30")
  void anEventThatWasAppendedUnderItsIdHasNoSecondEffect() {
    queue.enqueueEvent("a", "e-1", new Marked("one"));
    queue.enqueueEvent("a", "e-2", new Marked("two"));
    queue.submitEvent("a", "e-1", new Marked("one"), EventContext.none());
    QueueWorker worker = work();
    awaitCompleted("a", "e-2");
    assertThat(names("a")).containsExactly("one", "two");
    await(() -> worker.counts().conflicts() == 2);
  }

  @Test
  @Promise({"ES-31", "ES-32"})
  void aFailingEntryIsTriedAgainInItsPlaceAndThenADeadLetter() {
    AtomicInteger attempts = new AtomicInteger();
    Chain.HOOK.set(command -> {
      if (command.name().equals("bad")) {
        throw new IllegalStateException("attempt " + attempts.incrementAndGet());
      }
    });
    queue.enqueue("a", "e-1", new Link("first", 1));
    queue.enqueue("a", "e-2", new Link("bad", 2));
    queue.enqueue("a", "e-3", new Link("third", 3));
    QueueWorker worker = work();
    awaitCompleted("a", "e-3");

    assertThat(names("a")).containsExactly("first", "third");
    assertThat(attempts).hasValue(3);
    assertThat(queue.status("a", "e-2")).isEqualTo(new EntryStatus.Dead(3, "attempt 3"));
    assertThat(queue.deadLetters("a"))
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.id()).isEqualTo("e-2");
          assertThat(letter.type()).isEqualTo("Link");
          assertThat(letter.attempts()).isEqualTo(3);
          assertThat(letter.error()).isEqualTo("attempt 3");
        });
    await(() -> worker.counts().processed() == 2);
    assertThat(worker.counts().deadLetters()).isOne();
    assertThat(worker.counts().failedAttempts()).isEqualTo(3);

    Chain.HOOK.set(command -> {});
    queue.redrive("a", "e-2");
    awaitCompleted("a", "e-2");
    queue.redrive("a", "e-2");
    queue.enqueue("a", "e-4", new Nothing("nothing"));
    awaitCompleted("a", "e-4");
    assertThat(names("a")).containsExactly("first", "third", "bad");
    assertThat(queue.deadLetters("a")).isEmpty();
    assertThat(queue.status("a", "e-4")).isEqualTo(new EntryStatus.Completed(null));
  }

  @Test
  @Promise({"ES-31", "ES-32"})
  void theOthersWaitForOneThatIsToBeTriedLaterAndItsStatusSaysWhy() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Chain.HOOK.set(command -> {
      if (command.name().equals("bad") && broken.get()) {
        throw new IllegalStateException("not yet");
      }
    });
    closing(
        QueueEngine.builder(events(store.openHandle()))
            .queue(chains)
            .policy(QueuePolicy.defaults().withBackoff(Duration.ofHours(1), Duration.ofHours(1)))
            .build()
            .start(WorkerSettings.defaults().withCloseGrace(Duration.ZERO)));
    queue.enqueue("a", "e-1", new Link("bad", 1));
    await(() -> queue.status("a", "e-1") instanceof EntryStatus.Retrying);
    queue.enqueue("a", "e-2", new Link("second", 2));
    queue.enqueue("b", "e-1", new Link("other", 1));
    awaitCompleted("b", "e-1");

    assertThat(queue.status("a", "e-1"))
        .isInstanceOfSatisfying(
            EntryStatus.Retrying.class,
            retrying -> {
              assertThat(retrying.attempt()).isOne();
              assertThat(retrying.error()).isEqualTo("not yet");
            });
    assertThat(names("a")).isEmpty();

    broken.set(false);
    queue.drop("a", "e-1");
    awaitCompleted("a", "e-2");
    assertThat(names("a")).containsExactly("second");
    assertThat(queue.status("a", "e-1")).isEqualTo(new EntryStatus.Dropped());
  }

  @Test
  @Promise("ES-31")
  void aQueueMayStandStillAtADeadLetter() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Chain.HOOK.set(command -> {
      if (command.name().startsWith("bad") && broken.get()) {
        throw new IllegalStateException("broken");
      }
    });
    queue.enqueue("a", "e-1", new Link("bad-1", 1));
    queue.enqueue("a", "e-2", new Link("second", 2));
    queue.enqueue("a", "e-3", new Link("bad-3", 3));
    queue.enqueue("a", "e-4", new Link("fourth", 4));
    work(QueuePolicy.defaults().withAfterDeath(QueuePolicy.AfterDeath.STOP));
    await(() -> queue.status("a", "e-1") instanceof EntryStatus.Dead);
    queue.enqueue("a", "e-5", new Link("fifth", 5));
    assertThat(names("a")).isEmpty();
    assertThat(queue.status("a", "e-2")).isInstanceOf(EntryStatus.Pending.class);

    queue.drop("a", "e-1");
    await(() -> queue.status("a", "e-3") instanceof EntryStatus.Dead);
    assertThat(names("a")).containsExactly("second");
    assertThat(queue.status("a", "e-1")).isEqualTo(new EntryStatus.Dropped());

    broken.set(false);
    queue.redrive("a", "e-3");
    awaitCompleted("a", "e-5");
    assertThat(names("a")).containsExactly("second", "bad-3", "fourth", "fifth");
  }

  @Test
  @Promise("ES-31")
  void whatTheStoreRefusesIsADeadLetterAlone() {
    // A key that belongs to other events.
    queue.submit("a", "e-2", new Link("taken", 9));
    StreamId stream = new StreamId(chains.aggregate().category(), "a");
    provider
        .capability(EventStreams.class)
        .orElseThrow()
        .append(AppendEvents.of(stream, Expected.any(), chained("foreign")).withKey("e-3"));
    for (int i = 1; i <= 4; i++) {
      queue.enqueue("a", "e-" + i, new Link("link-" + i, i));
    }
    work();
    awaitCompleted("a", "e-4");

    assertThat(names("a")).containsExactly("taken", "foreign", "link-1", "link-4");
    assertThat(queue.deadLetters("a")).extracting(DeadLetter::id).containsExactly("e-3");
    assertThat(queue.status("a", "e-2")).isEqualTo(new EntryStatus.Completed(1L));
  }

  private NewEvent chained(String name) {
    return NewEvent.of(
        "Marked", Jsons.write(Jsons.MAPPER, Jsons.MAPPER.createObjectNode().put("name", name)));
  }

  @Test
  @Promise("ES-32")
  void whatCameToNothingIsKnownForEverAndCostsLaterTurnsNothing() {
    for (int i = 0; i < 120; i++) {
      queue.enqueue("a", "e-" + i, new Nothing("nothing"));
    }
    work();
    awaitCompleted("a", "e-119");
    queue.enqueue("a", "last", new Nothing("nothing"));
    awaitCompleted("a", "last");

    String instance = QueueNames.instance(new StreamId(chains.aggregate().category(), "a"));
    assertThat(provider.latestExecutionId(instance)).hasValue(2);
    assertThat(provider.readHistory(instance, 2, 0, 100).events()).hasSize(1);
    assertThat(queue.status("a", "e-0")).isEqualTo(new EntryStatus.Completed(null));
    assertThat(stream("a")).isEmpty();
  }

  @Test
  @Promise("ES-30")
  void aWorkerMayHaveOtherEnginesToo() {
    QueuedAggregate<Chain, Command, Event> others = Chain.in(id("other"));
    QueueEngine one = QueueEngine.builder(events(provider)).queue(chains).build();
    QueueEngine two = QueueEngine.builder(events(provider)).queue(others).build();
    closing(
        Worker.builder(store.openHandle())
            .turns(one.turns())
            .turns(two.turns())
            .settings(WorkerSettings.defaults().withCloseGrace(Duration.ZERO))
            .start());
    EventQueue<Chain, Command, Event> other = EventQueue.on(events(provider), others);
    queue.enqueue("a", "e-1", new Link("one", 1));
    other.enqueue("a", "e-1", new Links("two", 2));
    awaitCompleted("a", "e-1");
    await(() -> other.status("a", "e-1").equals(new EntryStatus.Completed(2L)));
    await(() -> one.counts().events() == 1 && two.counts().events() == 2);
  }

  @Test
  @Promise("ES-32")
  void aQueueThatAWorkerHasIsProcessing() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Chain.HOOK.set(command -> {
      reached.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
    queue.enqueue("a", "e-1", new Link("first", 1));
    QueueWorker worker = work();
    assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(queue.status("a", "e-1")).isEqualTo(new EntryStatus.Processing());
    assertThat(worker.health()).isEqualTo(new QueueHealth(true, 1, 0));
    goOn.countDown();
    awaitCompleted("a", "e-1");
  }

  @Test
  @Promise("ES-33")
  void closingUnderLoadLosesNothingAndNoMoreIsDoneAtOnceThanIsAllowed() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Chain.HOOK.set(command -> {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      Thread.onSpinWait();
      running.decrementAndGet();
    });
    ConcurrentHashMap<String, List<String>> sent = new ConcurrentHashMap<>();
    WorkerSettings two =
        WorkerSettings.defaults().withConcurrency(2, 1).withCloseGrace(Duration.ofSeconds(30));
    for (int round = 0; round < 4; round++) {
      try (QueueWorker worker =
          QueueEngine.builder(events(store.openHandle())).queue(chains).build().start(two)) {
        EventQueue<Chain, Command, Event> here = worker.queue(chains);
        for (int i = 0; i < 40; i++) {
          String id = "q-" + i % 8;
          String name = "link-" + round + "-" + i;
          here.enqueue(id, name, new Link(name, i));
          sent.computeIfAbsent(id, any -> new ArrayList<>()).add(name);
        }
        assertThat(worker.close(Duration.ofSeconds(30)).isNothing()).isTrue();
        assertThat(worker.health().isWell()).isFalse();
      }
    }
    work();
    sent.forEach((id, names) -> {
      awaitCompleted(id, names.getLast());
      assertThat(names(id)).isEqualTo(names);
    });
    assertThat(most.get()).isLessThanOrEqualTo(2);
  }
}
