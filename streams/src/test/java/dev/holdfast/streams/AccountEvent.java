// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** What can happen to an account. */
public sealed interface AccountEvent {

  /** It was opened. */
  record Opened(String owner) implements AccountEvent {}

  /** Money came. */
  record Deposited(long cents) implements AccountEvent {}

  /** Money went. */
  record Withdrawn(long cents) implements AccountEvent {}

  /** It was closed; there is nothing to say about it. */
  record Closed() implements AccountEvent {}
}
