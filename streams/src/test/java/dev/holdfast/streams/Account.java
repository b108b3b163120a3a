// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.streams.AccountCommand.Close;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountCommand.Open;
import dev.holdfast.streams.AccountCommand.Withdraw;
import dev.holdfast.streams.AccountEvent.Closed;
import dev.holdfast.streams.AccountEvent.Deposited;
import dev.holdfast.streams.AccountEvent.Opened;
import dev.holdfast.streams.AccountEvent.Withdrawn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An account: the aggregate of most tests. */
public record Account(@Nullable String owner, long cents, int movements, boolean closed) {

  /** No account yet. */
  public static final Account NONE = new Account(null, 0, 0, false);

  /** Accounts of one category. */
  public static Aggregate<Account, AccountCommand, AccountEvent> aggregate(String category) {
    return builder(category).build();
  }

  /** Accounts of one category, to be changed. */
  public static Aggregate.Builder<Account, AccountCommand, AccountEvent> builder(String category) {
    return Aggregate.builder(category, Account.class, AccountCommand.class, AccountEvent.class)
        .initial(NONE)
        .decide(Account::decide)
        .evolve(Account::evolve)
        .isComplete(Account::closed);
  }

  static List<AccountEvent> decide(Account account, AccountCommand command) {
    return switch (command) {
      case Open(String owner) -> List.of(new Opened(owner));
      case Deposit(long cents) -> List.of(new Deposited(cents));
      case Withdraw(long cents) when cents > account.cents() ->
          throw new IllegalStateException("only " + account.cents() + " are there");
      case Withdraw(long cents) -> List.of(new Withdrawn(cents));
      case Close() -> account.closed() ? List.of() : List.of(new Closed());
    };
  }

  static Account evolve(Account account, AccountEvent event) {
    int movements = account.movements() + 1;
    return switch (event) {
      case Opened(String owner) -> new Account(owner, 0, movements, false);
      case Deposited(long cents) ->
          new Account(account.owner(), account.cents() + cents, movements, false);
      case Withdrawn(long cents) ->
          new Account(account.owner(), account.cents() - cents, movements, false);
      case Closed() -> new Account(account.owner(), account.cents(), movements, true);
    };
  }
}
