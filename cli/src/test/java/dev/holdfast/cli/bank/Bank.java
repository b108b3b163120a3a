// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.bank;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.projection.FailurePolicy;
import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.Row;
import dev.holdfast.streams.queue.QueuedAggregate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accounts whose truth is their events, and a table of their balances. */
public final class Bank {

  /** What can be asked for. */
  public sealed interface Command {
    /** A new account. */
    record Open(String owner) implements Command {}

    /** Money that comes. */
    record Deposit(long cents) implements Command {}

    /** Money that goes. */
    record Withdraw(long cents) implements Command {}
  }

  /** What has happened. */
  public sealed interface Event {
    /** There is an account. */
    record Opened(String owner) implements Event {}

    /** Money has come. */
    record Deposited(long cents) implements Event {}

    /** Money has gone. */
    record Withdrawn(long cents) implements Event {}
  }

  /** What follows from that. */
  public record Account(@Nullable String owner, long cents) {}

  /** A row. */
  public record Balance(long cents, int movements) {
    Balance plus(long more) {
      return new Balance(cents + more, movements + 1);
    }
  }

  /** The aggregate. */
  public static final Aggregate<Account, Command, Event> ACCOUNT =
      Aggregate.builder("account", Account.class, Command.class, Event.class)
          .initial(new Account(null, 0))
          .decide(Bank::decide)
          .evolve(Bank::evolve)
          .build();

  /** The aggregate, whose commands may wait. */
  public static final QueuedAggregate<Account, Command, Event> ACCOUNTS =
      QueuedAggregate.of(ACCOUNT, Command.class);

  /** The projection. */
  public static final Projection<Event, Balance> BALANCES = balances(Long.MAX_VALUE);

  private Bank() {}

  /** The projection as code has it that fails at larger deposits. */
  public static Projection<Event, Balance> balances(long largest) {
    return Projection.builder("balances", Event.class, Balance.class)
        .categories("account")
        .onFailure(FailurePolicy.park().withAttempts(1))
        .handler((event, rows) -> {
          String key = event.stream().id();
          Balance before = rows.get(key).orElse(new Balance(0, 0));
          return switch (event.data()) {
            case Event.Opened opened -> List.of(Row.put(key, before));
            case Event.Deposited(long cents) when cents > largest ->
                throw new ArithmeticException(cents + " cents do not fit");
            case Event.Deposited(long cents) -> List.of(Row.put(key, before.plus(cents)));
            case Event.Withdrawn(long cents) -> List.of(Row.put(key, before.plus(-cents)));
          };
        });
  }

  private static List<Event> decide(Account account, Command command) {
    return switch (command) {
      case Command.Open(String owner) -> List.of(new Event.Opened(owner));
      case Command.Deposit(long cents) -> List.of(new Event.Deposited(cents));
      case Command.Withdraw(long cents) when cents > account.cents() ->
          throw new IllegalStateException("only " + account.cents() + " cents are there");
      case Command.Withdraw(long cents) -> List.of(new Event.Withdrawn(cents));
    };
  }

  private static Account evolve(Account account, Event event) {
    return switch (event) {
      case Event.Opened(String owner) -> new Account(owner, 0);
      case Event.Deposited(long cents) -> new Account(account.owner(), account.cents() + cents);
      case Event.Withdrawn(long cents) -> new Account(account.owner(), account.cents() - cents);
    };
  }
}
