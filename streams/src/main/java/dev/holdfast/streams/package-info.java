// SPDX-License-Identifier: Apache-2.0

/**
 * Applications whose truth is their events: events are immutable facts, state is derived.
 *
 * <pre>{@code
 * sealed interface AccountEvent {                           // what can happen
 *   record Opened(String owner) implements AccountEvent {}
 *   record Deposited(long cents) implements AccountEvent {}
 *   record Withdrawn(long cents) implements AccountEvent {}
 * }
 *
 * sealed interface AccountCommand {                         // what can be asked for
 *   record Open(String owner) implements AccountCommand {}
 *   record Deposit(long cents) implements AccountCommand {}
 *   record Withdraw(long cents) implements AccountCommand {}
 * }
 *
 * record Account(@Nullable String owner, long cents) {      // what follows from it
 *   static List<AccountEvent> decide(Account account, AccountCommand command) {
 *     return switch (command) {
 *       case Open(String owner) -> List.of(new Opened(owner));
 *       case Deposit(long cents) -> List.of(new Deposited(cents));
 *       case Withdraw(long cents) when cents > account.cents() ->
 *           throw new IllegalStateException("only " + account.cents() + " are there");
 *       case Withdraw(long cents) -> List.of(new Withdrawn(cents));
 *     };
 *   }
 *
 *   static Account evolve(Account account, AccountEvent event) {
 *     return switch (event) {
 *       case Opened(String owner) -> new Account(owner, 0);
 *       case Deposited(long cents) -> new Account(account.owner(), account.cents() + cents);
 *       case Withdrawn(long cents) -> new Account(account.owner(), account.cents() - cents);
 *     };
 *   }
 * }
 *
 * Aggregate<Account, AccountCommand, AccountEvent> ACCOUNT =
 *     Aggregate.builder("account", Account.class, AccountCommand.class, AccountEvent.class)
 *         .initial(new Account(null, 0))
 *         .decide(Account::decide)
 *         .evolve(Account::evolve)
 *         .build();
 *
 * try (Provider provider = Providers.open(ProviderConfig.url("sqlite:bank.db").build());
 *     EventSourcing events = EventSourcing.on(provider)) {
 *   var accounts = events.repository(ACCOUNT);
 *
 *   accounts.execute("alice", new Open("Alice"));
 *   accounts.execute("alice", "transfer-17", new Deposit(500));   // once, however often it is asked
 *
 *   accounts.load("alice").state();                               // Account[Alice, 500]
 *   accounts.replay("alice").until(1).run().state();              // Account[Alice, 0]
 * }
 * }</pre>
 *
 * <p>What belongs to a word: {@link dev.holdfast.streams.event} has typed events and the context in
 * which they come to be, {@link dev.holdfast.streams.test} tests aggregates without a store.
 */
@NullMarked
package dev.holdfast.streams;

import org.jspecify.annotations.NullMarked;
