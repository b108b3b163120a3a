// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.bank.Bank;
import dev.holdfast.cli.bank.Bank.Command;
import dev.holdfast.cli.bank.Bank.Event;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Executed;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.queue.EventQueue;
import dev.holdfast.streams.queue.QueueEngine;
import dev.holdfast.streams.queue.QueuePolicy;
import dev.holdfast.streams.queue.QueueWorker;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A bank in which everything has happened that an operator may be asked about. */
final class BankStore {

  private static final String BALANCES = "balances";

  private BankStore() {}

  /** Fills a store that is there. */
  static void fill(String url) throws InterruptedException {
    try (Provider provider = Providers.open(url);
        EventSourcing events = EventSourcing.builder(provider).snapshotEvery(0).build()) {
      Repository<Bank.Account, Command, Event> accounts =
          events.repository(Bank.ACCOUNT).in(EventContext.by("teller"));
      accounts.execute("alice", "open-alice", new Command.Open("Alice"));
      accounts.execute("alice", "salary-11", new Command.Deposit(500));
      accounts.snapshot("alice");
      accounts.execute("bob", "open-bob", new Command.Open("Bob"));
      transfer(accounts);
      // Code that cannot take deposits above a thousand has run until here.
      accounts.execute("carol", "open-carol", new Command.Open("Carol"));
      accounts.execute("carol", "sale-7", new Command.Deposit(70_000));
      accounts.execute("carol", "fee-11", new Command.Withdraw(100));
      Projector.on(events, Bank.balances(1_000)).catchUp();
      damage(provider);
      letDie(events);
      accounts.execute("bob", "salary-12", new Command.Deposit(50));
    }
  }

  /** From Alice to Bob: two streams, one correlation. */
  private static void transfer(Repository<Bank.Account, Command, Event> accounts) {
    EventContext transfer = EventContext.by("teller").withCorrelationId("transfer-17");
    Executed<Bank.Account, Event> paid =
        accounts.in(transfer).execute("alice", "transfer-17", new Command.Withdraw(200));
    accounts.in(paid.context()).execute("bob", "transfer-17", new Command.Deposit(200));
  }

  /** Somebody writes a row by hand. */
  private static void damage(Provider provider) {
    Projections projections = provider.capability(Projections.class).orElseThrow();
    LogPosition at = projections.row(BALANCES, null, "alice").checkpoints().get(0);
    projections.update(
        UpdateProjection.advancing(
            BALANCES,
            1,
            List.of(RowChange.put("alice", Payload.utf8("{\"cents\":999,\"movements\":2}"))),
            new Advance(0, at, at)),
        null);
  }

  private static void letDie(EventSourcing events) throws InterruptedException {
    EventQueue.on(events, Bank.ACCOUNTS).enqueue("alice", "yacht", new Command.Withdraw(9_000_000));
    work(events, queue -> !queue.deadLetters("alice").isEmpty());
  }

  /** Has a worker process the queues until something is so. */
  static void work(String url, Predicate<EventQueue<Bank.Account, Command, Event>> until)
      throws InterruptedException {
    try (Provider provider = Providers.open(url);
        EventSourcing events = EventSourcing.on(provider)) {
      work(events, until);
    }
  }

  private static void work(
      EventSourcing events, Predicate<EventQueue<Bank.Account, Command, Event>> until)
      throws InterruptedException {
    EventQueue<Bank.Account, Command, Event> queue = EventQueue.on(events, Bank.ACCOUNTS);
    try (QueueWorker worker =
        QueueEngine.builder(events)
            .queue(Bank.ACCOUNTS)
            .policy(QueuePolicy.defaults().withAttempts(1))
            .build()
            .start()) {
      Semaphore never = new Semaphore(0);
      while (!until.test(queue)) {
        assertThat(never.tryAcquire(5, TimeUnit.MILLISECONDS)).isFalse();
      }
      assertThat(worker.health().isWell()).isTrue();
    }
  }
}
