// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.streams.Account;
import dev.holdfast.streams.AccountCommand;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountCommand.Open;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Executed;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.StoreContract;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;

/** A category of accounts, and what their rows have to be. */
abstract class BankContract extends StoreContract {

  protected String name;
  protected EventSourcing events;
  protected Repository<Account, AccountCommand, AccountEvent> accounts;

  @BeforeEach
  final void openBank() {
    name = id("balances");
    events = closing(EventSourcing.builder(provider).snapshotEvery(0).build());
    accounts = events.repository(Account.aggregate(name));
  }

  protected final Executed<Account, AccountEvent> deposit(String id, long cents) {
    return accounts.execute(id, new Deposit(cents));
  }

  /** So many accounts, opened and filled crosswise. */
  protected final void fill(int count, int deposits) {
    for (int i = 0; i < count; i++) {
      accounts.execute("a-" + i, new Open("owner " + i));
    }
    for (int i = 0; i < deposits; i++) {
      deposit("a-" + i % count, i + 1);
    }
  }

  /** The fold, by the aggregate and so by other code. */
  protected final Map<String, Balance> expected(int count) {
    Map<String, Balance> rows = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      Account account = accounts.load("a-" + i).state();
      if (!account.closed() && account.movements() > 0) {
        rows.put("a-" + i, new Balance(account.cents(), account.movements()));
      }
    }
    return rows;
  }
}
