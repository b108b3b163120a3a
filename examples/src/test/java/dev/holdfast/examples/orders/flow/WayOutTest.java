// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.orders.Catalog;
import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.Order.Approver;
import dev.holdfast.examples.orders.Order.Card;
import dev.holdfast.examples.orders.ledger.Books;
import dev.holdfast.examples.orders.ledger.Call;
import dev.holdfast.examples.orders.ledger.Ledger;
import dev.holdfast.examples.orders.ledger.Network;
import dev.holdfast.examples.orders.ledger.Network.Leg;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.OrchestrationFailedException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However an order is left, money and stock are where they belong. */
@Timeout(60)
class WayOutTest {

  private static final String ID = "o-1";
  private static final int STOCK = 3;
  private static final Duration LONG = Duration.ofSeconds(120);
  private static final String ASK = OrderFlow.ASK_APPROVAL.name();

  @TempDir private Path dir;
  private final Hooks hooks = new Hooks();
  private Ledger ledger;
  private Holdfast holdfast;

  @AfterEach
  void close() throws SQLException {
    holdfast.close(Duration.ZERO);
    ledger.close();
  }

  /** The client cancels while a call is on its way: its effect is not there yet, or just so. */
  @ParameterizedTest
  @CsvSource({
    "reserve, REQUEST", "reserve, ANSWER",
    "charge, REQUEST", "charge, ANSWER",
    "ask-approval, REQUEST", "ask-approval, ANSWER",
  })
  void cancelledDuringAStepEverythingIsUndone(String operation, Leg leg) throws Exception {
    hooks.at(operation, leg, this::cancel);

    InstanceStatus status = run(Order.Carrier.OK);

    assertThat(status.state()).isEqualTo(InstanceState.CANCELLED);
    assertNothingIsKept();
  }

  @Test
  void cancelledBeforeItBeginsEverythingIsUndone() throws Exception {
    open();
    // No worker takes the order before the cancellation is stored as well.
    holdfast.close(Duration.ZERO);
    try (HoldfastClient client = HoldfastClient.connect(store())) {
      client.start(OrderFlow.PROCESS, ID, order(Order.Carrier.OK));
      client.cancel(ID, "changed my mind");
    }
    work();

    assertThat(end().state()).isEqualTo(InstanceState.CANCELLED);
    assertNothingIsKept();
  }

  @Test
  void cancelledWhileItWaitsForTheApprovalEverythingIsUndone() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    hooks.at(ASK, Leg.ANSWER, asked::countDown);
    open();
    holdfast.client().start(OrderFlow.PROCESS, ID, order(Order.Carrier.OK));
    asked.await();
    // Both waits after the question are possible here, and both must hold.
    cancel();

    assertThat(end().state()).isEqualTo(InstanceState.CANCELLED);
    assertNothingIsKept();
  }

  /** The child may hear of it before it has booked, or when the parcel is about to leave. */
  @ParameterizedTest
  @CsvSource({"REQUEST", "ANSWER"})
  void cancelledDuringTheBookingItIsUndoneOrDelivered(Leg leg) throws Exception {
    hooks.at(ASK, Leg.ANSWER, () -> approve(true));
    hooks.at(OrderFlow.BOOK.name(), leg, this::cancel);

    if (run(Order.Carrier.OK).state() == InstanceState.COMPLETED) {
      assertDelivered();
    } else {
      assertNothingIsKept();
    }
  }

  /** Once the parcel may have left, nothing else remains but to let it go. */
  @ParameterizedTest
  @CsvSource({"REQUEST", "ANSWER"})
  void cancelledDuringTheHandOverTheOrderIsCompleted(Leg leg) throws Exception {
    hooks.at(ASK, Leg.ANSWER, () -> approve(true));
    hooks.at(OrderFlow.HAND_OVER.name(), leg, this::cancel);

    InstanceStatus status = run(Order.Carrier.OK);

    assertThat(status.state()).isEqualTo(InstanceState.COMPLETED);
    assertDelivered();
  }

  @ParameterizedTest
  @CsvSource({"refund, REQUEST", "refund, ANSWER", "release, REQUEST", "release, ANSWER"})
  void cancelledWhileItIsUndoneItIsUndoneToTheEnd(String operation, Leg leg) throws Exception {
    hooks.at(ASK, Leg.ANSWER, () -> approve(false));
    hooks.at(operation, leg, this::cancel);

    InstanceStatus status = run(Order.Carrier.OK);

    assertThat(status.failure().message()).startsWith(Outcome.APPROVAL_DENIED.name());
    assertNothingIsKept();
  }

  @ParameterizedTest
  @CsvSource({"REQUEST", "ANSWER"})
  void cancelledWhileTheBookingIsUndoneEverythingIsUndone(Leg leg) throws Exception {
    hooks.at(ASK, Leg.ANSWER, () -> approve(true));
    hooks.at(OrderFlow.CANCEL_BOOKING.name(), leg, this::cancel);

    InstanceStatus status = run(Order.Carrier.DOWN);

    assertThat(status.state()).isIn(InstanceState.CANCELLED, InstanceState.FAILED);
    assertNothingIsKept();
  }

  /** The call that was taken back arrives after its undo, which had found nothing to undo. */
  @ParameterizedTest
  @CsvSource({"reserve, release", "charge, refund", "book-carrier, cancel-booking"})
  void aStepThatArrivesAfterItsUndoHasNoEffect(String step, String undo) throws Exception {
    CountDownLatch undone = new CountDownLatch(1);
    hooks.at(ASK, Leg.ANSWER, () -> approve(true));
    hooks.at(
        step,
        Leg.REQUEST,
        () -> {
          cancel();
          awaitUninterruptibly(undone);
        });
    hooks.at(undo, Leg.ANSWER, undone::countDown);

    InstanceStatus status = run(Order.Carrier.OK);

    assertThat(status.state()).isEqualTo(InstanceState.CANCELLED);
    assertNothingIsKept();
  }

  @Test
  void aMistakeInTheCodeUndoesEverything() throws Exception {
    // Nobody expected an approval without a value.
    hooks.at(ASK, Leg.ANSWER, () -> holdfast.client().raise(ID, OrderFlow.APPROVAL_EVENT, null));

    InstanceStatus status = run(Order.Carrier.OK);

    assertThat(status.failure().type()).isEqualTo(NullPointerException.class.getName());
    assertNothingIsKept();
  }

  /** Runs one expensive order to its end, with nothing under way any more. */
  private InstanceStatus run(Order.Carrier carrier) throws Exception {
    open();
    holdfast.client().start(OrderFlow.PROCESS, ID, order(carrier));
    InstanceStatus status = end();
    // What was cancelled may still be at work; its effects count.
    assertThat(holdfast.close(LONG).isClean()).isTrue();
    return status;
  }

  private InstanceStatus end() throws InterruptedException {
    try {
      holdfast.client().await(OrderFlow.PROCESS, ID, LONG);
    } catch (OrchestrationCancelledException | OrchestrationFailedException e) {
      // One of the ways to end; the status tells which.
    }
    return holdfast.client().status(ID);
  }

  private void open() throws SQLException {
    Catalog catalog = new Catalog(new TreeMap<>(Map.of("MUG", STOCK)));
    ledger = Ledger.open(dir.resolve("ledger.db"), catalog, hooks);
    work();
  }

  private void work() {
    holdfast = OrderActivities.register(Holdfast.builder(store()), ledger).start();
  }

  private String store() {
    return "sqlite:" + dir.resolve("store.db") + "?synchronous=normal";
  }

  private void cancel() {
    holdfast.client().cancel(ID, "changed my mind");
  }

  private void approve(boolean approved) {
    holdfast.client().raise(ID, OrderFlow.APPROVAL_EVENT, new Approval(approved, "boss"), "once");
  }

  private Books books() throws SQLException {
    return Books.read(ledger);
  }

  private void assertDelivered() throws SQLException {
    Books.Effects effects = books().of(ID);
    assertThat(effects.charges()).hasSize(1);
    assertThat(effects.refunds()).isEmpty();
    assertThat(effects.reservations()).containsExactly(new Books.Reservation("MUG", 2, "shipped"));
    assertThat(effects.parcels()).hasSize(1);
  }

  private void assertNothingIsKept() throws SQLException {
    Books books = books();
    Books.Effects effects = books.of(ID);
    assertThat(effects.charges()).hasSizeLessThan(2);
    assertThat(effects.refunds()).isEqualTo(effects.charges());
    assertThat(effects.reservations())
        .isIn(List.of(), List.of(new Books.Reservation("MUG", 2, "released")));
    assertThat(effects.parcels()).isEmpty();
    assertThat(books.stock()).containsEntry("MUG", new Books.Shelf(STOCK, STOCK, 0, 0));
  }

  private static Order order(Order.Carrier carrier) {
    return new Order(
        ID, "x", "MUG", 2, Order.APPROVAL_FROM, "EUR", Card.OK, carrier, Approver.SILENT);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What happens while a call is on its way, the first time it is there. */
  private static final class Hooks implements Network {

    private record Point(String operation, Leg leg) {}

    private final Map<Point, Runnable> hooks = new ConcurrentHashMap<>();
    private final Set<Point> done = ConcurrentHashMap.newKeySet();

    void at(String operation, Leg leg, Runnable hook) {
      hooks.put(new Point(operation, leg), hook);
    }

    @Override
    public void carry(Call call, Leg leg) {
      Point point = new Point(call.operation(), leg);
      Runnable hook = hooks.get(point);
      if (hook != null && done.add(point)) {
        hook.run();
      }
    }
  }
}
