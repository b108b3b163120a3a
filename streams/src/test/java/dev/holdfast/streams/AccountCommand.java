// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** What an account can be asked for. */
public sealed interface AccountCommand {

  /** To be opened. */
  record Open(String owner) implements AccountCommand {}

  /** To take money. */
  record Deposit(long cents) implements AccountCommand {}

  /** To give money. */
  record Withdraw(long cents) implements AccountCommand {}

  /** To be closed; without effect when it is. */
  record Close() implements AccountCommand {}
}
