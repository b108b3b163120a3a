// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.orders.OrdersFile;
import dev.holdfast.examples.orders.demo.Problem.Kind;
import dev.holdfast.examples.orders.flow.Outcome;
import dev.holdfast.examples.orders.ledger.Books;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that is known when the demo is over.
 *
 * @param resumed whether the database had orders before
 * @param workers how many workers this run needed
 * @param problems what the audit found
 * @param seconds how long this run took
 */
record Summary(
    OrdersFile file,
    Place place,
    Store store,
    boolean resumed,
    int workers,
    Optional<Kill> kill,
    Map<String, Ending> endings,
    Books books,
    List<Problem> problems,
    double seconds) {

  /** What was charged and given back in one currency. */
  record Balance(long charged, long refunded) {}

  boolean holds() {
    return problems.isEmpty();
  }

  /** How many orders ended in each way. */
  Map<Outcome, Integer> outcomes() {
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, 0);
    }
    endings.values().forEach(e -> e.outcome().ifPresent(o -> outcomes.merge(o, 1, Integer::sum)));
    return outcomes;
  }

  int completed() {
    return outcomes().getOrDefault(Outcome.COMPLETED, 0);
  }

  /** Orders that ended and were not completed. */
  int failed() {
    return endings.size() - completed();
  }

  /** How many orders or SKUs have a problem of some kind. */
  int count(Kind kind) {
    return (int)
        problems.stream().filter(p -> p.kind() == kind).map(Problem::subject).distinct().count();
  }

  /** The money by currency. */
  SortedMap<String, Balance> money() {
    SortedMap<String, Balance> money = new TreeMap<>();
    for (Books.Effects effects : books.orders().values()) {
      effects.charges().forEach(c -> add(money, c.currency(), c.amount(), 0));
      effects.refunds().forEach(r -> add(money, r.currency(), 0, r.amount()));
    }
    return money;
  }

  private static void add(SortedMap<String, Balance> money, String currency, long in, long out) {
    money.merge(
        currency,
        new Balance(in, out),
        (a, b) -> new Balance(a.charged() + b.charged(), a.refunded() + b.refunded()));
  }
}
