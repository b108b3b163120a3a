// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.orders.Catalog;
import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.OrdersFile;
import dev.holdfast.examples.orders.demo.Problem.Kind;
import dev.holdfast.examples.orders.flow.Expectations;
import dev.holdfast.examples.orders.flow.OrderFlow;
import dev.holdfast.examples.orders.flow.Outcome;
import dev.holdfast.examples.orders.ledger.Books;
import dev.holdfast.examples.orders.ledger.Books.Effects;
import dev.holdfast.examples.orders.ledger.Books.Money;
import dev.holdfast.examples.orders.ledger.Books.Parcel;
import dev.holdfast.examples.orders.ledger.Books.Reservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares three things that know nothing of each other: the orders file, what the store says of
 * the instances, and what the services have on their books. Effects are counted by order and not by
 * key, so that two charges under two keys do not pass.
 */
final class Audit {

  /** An answer that is given this much before the deadline is certainly in time. */
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  private final List<Problem> problems = new ArrayList<>();

  private Audit() {}

  static List<Problem> run(
      OrdersFile file, Catalog catalog, Map<String, Ending> endings, Books books) {
    Audit audit = new Audit();
    Map<String, Set<Outcome>> expected = Expectations.of(file.orders(), catalog);
    for (Order order : file.orders()) {
      Set<Outcome> right = expected.getOrDefault(order.id(), Set.of());
      audit.order(order, right, endings.get(order.id()), books.of(order.id()));
    }
    Set<String> strangers = new HashSet<>(books.orders().keySet());
    strangers.removeAll(expected.keySet());
    strangers.forEach(
        id -> audit.problem(Kind.WRONG, id, "has effects and is not in the orders file"));
    books.stock().forEach(audit::shelf);
    return List.copyOf(audit.problems);
  }

  private void order(Order order, Set<Outcome> expected, @Nullable Ending ending, Effects effects) {
    noneTwice(order, effects);
    if (ending == null) {
      problem(Kind.LOST, order.id(), "did not end; expected: " + labels(expected));
      return;
    }
    if (ending.outcome().isEmpty()) {
      problem(
          Kind.LOST,
          order.id(),
          "ended as \"%s\"; expected: %s".formatted(ending.description(), labels(expected)));
      return;
    }
    Outcome outcome = ending.outcome().get();
    if (!withLateAnswer(order, expected, effects).contains(outcome)) {
      problem(
          Kind.LOST,
          order.id(),
          "ended as \"%s\"; expected: %s".formatted(outcome.label(), labels(expected)));
    }
    effectsOf(order, outcome, effects);
  }

  /**
   * Nothing in the file says when the approver answers. An answer in time counts, whether or not a
   * worker was there; where somebody stopped the demo before the answer, timing out is right too.
   */
  private static Set<Outcome> withLateAnswer(Order order, Set<Outcome> expected, Effects effects) {
    Duration after = effects.answeredAfter();
    if (!order.needsApproval()
        || after == null
        || after.compareTo(OrderFlow.APPROVAL_TIMEOUT.minus(TOLERANCE)) < 0
        || expected.equals(Set.of(Outcome.CARD_DECLINED))) {
      return expected;
    }
    Set<Outcome> right = EnumSet.of(Outcome.APPROVAL_TIMED_OUT);
    right.addAll(expected);
    return right;
  }

  private void noneTwice(Order order, Effects effects) {
    twice(order, "charged", effects.charges().size());
    twice(order, "refunded", effects.refunds().size());
    twice(order, "reserved", effects.reservations().size());
    twice(order, "shipped", effects.parcels().size());
  }

  private void twice(Order order, String what, int times) {
    if (times > 1) {
      problem(Kind.DUPLICATE, order.id(), "was %s %d times".formatted(what, times));
    }
  }

  private void effectsOf(Order order, Outcome outcome, Effects effects) {
    boolean shipped = outcome == Outcome.COMPLETED;
    Money money = new Money(order.amount(), order.currency());
    String state = shipped ? "shipped" : "released";
    compare(
        order,
        "charge",
        shipped || outcome.isRefunded() ? List.of(money) : List.of(),
        effects.charges());
    compare(order, "refund", outcome.isRefunded() ? List.of(money) : List.of(), effects.refunds());
    compare(
        order,
        "reservation",
        outcome == Outcome.OUT_OF_STOCK
            ? List.of()
            : List.of(new Reservation(order.sku(), order.quantity(), state)),
        effects.reservations());
    compare(
        order,
        "shipment",
        shipped ? List.of(new Parcel(order.sku(), order.quantity())) : List.of(),
        effects.parcels());
  }

  private <T> void compare(Order order, String what, List<T> expected, List<T> found) {
    if (found.size() > 1 || found.equals(expected)) {
      return; // More than one is a duplicate, which is told already.
    }
    if (found.isEmpty()) {
      problem(Kind.LOST, order.id(), "there is no " + what);
    } else if (expected.isEmpty()) {
      problem(Kind.WRONG, order.id(), "there must be no %s: %s".formatted(what, found.getFirst()));
    } else {
      problem(
          Kind.WRONG,
          order.id(),
          "the %s is %s; expected %s".formatted(what, found.getFirst(), expected.getFirst()));
    }
  }

  private void shelf(String sku, Books.Shelf shelf) {
    if (shelf.missing() != 0) {
      problem(
          Kind.STOCK,
          sku,
          "%d units at the beginning, but %d on hand, %d reserved and %d shipped"
              .formatted(shelf.initial(), shelf.onHand(), shelf.reserved(), shelf.shipped()));
    }
    if (shelf.reserved() != 0) {
      problem(Kind.STOCK, sku, shelf.reserved() + " units are still reserved");
    }
  }

  private void problem(Kind kind, String subject, String detail) {
    problems.add(new Problem(kind, subject, detail));
  }

  private static String labels(Set<Outcome> outcomes) {
    return String.join(" or ", outcomes.stream().map(Outcome::label).toList());
  }
}
