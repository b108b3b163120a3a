// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.queue.EntryStatus;
import dev.holdfast.streams.queue.EventQueue;
import dev.holdfast.streams.queue.QueueEngine;
import dev.holdfast.streams.queue.QueuePolicy;
import dev.holdfast.streams.queue.QueueWorker;
import dev.holdfast.streams.queue.QueuedAggregate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Movements of accounts are queued where they come to be, and booked by workers. */
final class QueuedAccounts {

  /** What an account can be asked for. */
  sealed interface Command {
    record Deposit(long cents) implements Command {}

    record Withdraw(long cents) implements Command {}
  }

  /** What can happen to it. */
  sealed interface Event {
    record Deposited(long cents) implements Event {}

    record Withdrawn(long cents) implements Event {}
  }

  /** What follows from that. */
  record Account(long cents) {
    static List<Event> decide(Account account, Command command) {
      return switch (command) {
        case Command.Deposit(long cents) -> List.of(new Event.Deposited(cents));
        case Command.Withdraw(long cents) when cents > account.cents() ->
            throw new IllegalStateException("only " + account.cents() + " cents are there");
        case Command.Withdraw(long cents) -> List.of(new Event.Withdrawn(cents));
      };
    }

    static Account evolve(Account account, Event event) {
      return switch (event) {
        case Event.Deposited(long cents) -> new Account(account.cents() + cents);
        case Event.Withdrawn(long cents) -> new Account(account.cents() - cents);
      };
    }
  }

  // The aggregate, and the commands that may wait for it.
  static final QueuedAggregate<Account, Command, Event> ACCOUNTS =
      QueuedAggregate.of(
          Aggregate.builder("account", Account.class, Command.class, Event.class)
              .initial(new Account(0))
              .decide(Account::decide)
              .evolve(Account::evolve)
              .build(),
          Command.class);

  private QueuedAccounts() {}

  /** A process that only asks. */
  static void ask(EventSourcing events) {
    EventQueue<Account, Command, Event> queue = EventQueue.on(events, ACCOUNTS);
    queue.enqueue("alice", "salary-2026-11", new Command.Deposit(300_000));
    queue.enqueue("alice", "salary-2026-11", new Command.Deposit(300_000)); // adds nothing
    queue.enqueue("alice", "rent-2026-11", new Command.Withdraw(90_000));
    queue.enqueue("alice", "yacht", new Command.Withdraw(9_000_000));
  }

  /** A row of the application's own and an entry: both or neither. */
  static void askWithRow(EventSourcing events, Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement row = connection.prepareStatement("INSERT INTO invoice VALUES (?)")) {
      row.setString(1, "invoice-7");
      row.execute();
    }
    EventQueue.on(events, ACCOUNTS)
        .within(connection)
        .enqueue("alice", "invoice-7", new Command.Withdraw(1_999));
    connection.commit();
  }

  /** A process that works; any number of them may. */
  static QueueWorker work(EventSourcing events) {
    return QueueEngine.builder(events)
        .queue(ACCOUNTS)
        .policy(
            QueuePolicy.defaults()
                .withAttempts(3)
                .withBackoff(Duration.ofMillis(100), Duration.ofMinutes(1)))
        .build()
        .start();
  }

  /** How an entry stands; asked from any process. */
  static String status(EventSourcing events, String entryId) {
    return switch (EventQueue.on(events, ACCOUNTS).status("alice", entryId)) {
      case EntryStatus.Unknown() -> "was never enqueued";
      case EntryStatus.Pending() -> "waits";
      case EntryStatus.Processing() -> "is with a worker";
      case EntryStatus.Retrying(int attempt, String error, var at) ->
          "failed %d times, last with: %s; next at %s".formatted(attempt, error, at);
      case EntryStatus.Completed(Long version) -> "is event " + version;
      case EntryStatus.Dead(int attempts, String error) ->
          "died after %d attempts: %s".formatted(attempts, error);
      case EntryStatus.Dropped() -> "was dropped";
    };
  }

  /** What an operator does with dead letters. */
  static void decide(EventSourcing events) {
    EventQueue<Account, Command, Event> queue = EventQueue.on(events, ACCOUNTS);
    queue
        .deadLetters("alice")
        .forEach(letter -> {
          if (letter.error().startsWith("only ")) {
            queue.drop("alice", letter.id()); // there will not be enough tomorrow either
          } else {
            queue.redrive("alice", letter.id());
          }
        });
  }
}
