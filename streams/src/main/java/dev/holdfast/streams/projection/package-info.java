// SPDX-License-Identifier: Apache-2.0

/**
 * Projections: rows that follow from the log, written once as a handler and kept by runners.
 *
 * <pre>{@code
 * record Balance(long cents, int movements) {               // a row
 *   Balance plus(long more) { return new Balance(cents + more, movements + 1); }
 * }
 *
 * Projection<AccountEvent, Balance> BALANCES =              // a name, a filter, a handler, a build
 *     Projection.builder("balances", AccountEvent.class, Balance.class)
 *         .categories("account")
 *         .build(1)
 *         .handler((event, rows) -> {
 *           String key = event.stream().id();
 *           Balance before = rows.get(key).orElse(new Balance(0, 0));
 *           return switch (event.data()) {
 *             case Opened e -> List.of(Row.put(key, before));
 *             case Deposited(long cents) -> List.of(Row.put(key, before.plus(cents)));
 *             case Withdrawn(long cents) -> List.of(Row.put(key, before.plus(-cents)));
 *           };
 *         });
 *
 * Projector<AccountEvent, Balance> balances = Projector.on(events, BALANCES);
 * try (ProjectionRunner runner = balances.start()) {        // in as many processes as you like
 *   var done = accounts.execute("alice", new Deposit(500));
 *   balances.await(done.appended().lastPosition(), Duration.ofSeconds(5));
 *   balances.row("alice");                                  // Balance[500, 2]
 *   balances.health().isWell();                             // lag below five minutes
 *   balances.verify().differences();                        // none
 *   balances.rebuild();                                     // beside the live rows, then switched
 * }
 * }</pre>
 *
 * <p>{@link dev.holdfast.streams.projection.Projector} has three forms: rows in the store that
 * follow behind the log, rows that are stored beside each append, and rows in tables of the
 * application.
 */
@NullMarked
package dev.holdfast.streams.projection;

import org.jspecify.annotations.NullMarked;
