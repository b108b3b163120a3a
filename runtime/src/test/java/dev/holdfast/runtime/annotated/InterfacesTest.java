// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.annotated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailedException;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationContext;
import dev.holdfast.runtime.OrchestrationFailedException;
import dev.holdfast.runtime.RecordedHistory;
import dev.holdfast.runtime.RetryPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Interfaces whose methods are activities and orchestrations. */
class InterfacesTest {

  private static final Duration LONG = Duration.ofMinutes(2);

  record Order(String item, int amount) {}

  record Receipt(String id) {}

  @Activities
  interface Payments {
    Receipt charge(Order order) throws IOException;

    @Name("give-back")
    void refund(Receipt receipt);

    List<Order> openOrders();

    int total(List<Order> orders);

    /** Is no activity: it calls others. */
    default Receipt chargeAll() throws IOException {
      return charge(new Order("all", total(openOrders())));
    }
  }

  @Orchestrations
  interface Orders {
    Orchestration<Order, String> PROCESS = Orchestration.of(Orders.class, Orders::process);
    Orchestration<Order, String> TOTAL = Orchestration.of(Orders.class, Orders::total);
    Orchestration<Order, String> BOTH = Orchestration.of(Orders.class, Orders::both);

    String process(Order order) throws IOException;

    String total(Order order) throws IOException;

    String both(Order order);
  }

  record OrdersCode(OrchestrationContext ctx) implements Orders {
    private static final Activity<Order, Receipt> CHARGE =
        Activity.of(Payments.class, Payments::charge);

    @Override
    public String process(Order order) throws IOException {
      Payments payments =
          ctx.activities(
              Payments.class, ActivityOptions.defaults().withRetry(RetryPolicy.attempts(2)));
      Receipt receipt = payments.charge(order);
      payments.refund(receipt);
      return receipt.id();
    }

    @Override
    public String total(Order order) throws IOException {
      return ctx.activities(Payments.class).chargeAll().id();
    }

    @Override
    public String both(Order order) {
      var first = ctx.call(CHARGE, order);
      var second = ctx.call(CHARGE, new Order("other", 2));
      return first.await().id() + " " + second.await().id();
    }
  }

  private final Queue<String> done = new ConcurrentLinkedQueue<>();

  private final Payments payments =
      new Payments() {
        @Override
        public Receipt charge(Order order) throws IOException {
          if (order.item().equals("broken")) {
            throw new IOException("no line");
          }
          return new Receipt(order.item() + " " + order.amount());
        }

        @Override
        public void refund(Receipt receipt) {
          done.add("refund " + receipt.id());
        }

        @Override
        public List<Order> openOrders() {
          return List.of(new Order("a", 3), new Order("b", 4));
        }

        @Override
        public int total(List<Order> orders) {
          return orders.stream().mapToInt(Order::amount).sum();
        }
      };

  @Test
  void methodsAreActivitiesAndOrchestrations() throws Exception {
    try (Provider provider = Providers.open(ProviderConfig.url("sqlite::memory:").build());
        Holdfast holdfast =
            Holdfast.builder(provider)
                .closeOnShutdown(false)
                .activities(Payments.class, payments)
                .orchestrations(Orders.class, OrdersCode::new)
                .start()) {
      HoldfastClient client = holdfast.client();
      client.start(Orders.PROCESS, "1", new Order("book", 5));
      assertThat(client.await(Orders.PROCESS, "1", LONG)).isEqualTo("book 5");
      assertThat(done).containsExactly("refund book 5");
      client.start(Orders.TOTAL, "2", new Order("any", 0));
      assertThat(client.await(Orders.TOTAL, "2", LONG)).isEqualTo("all 7");
      client.start(Orders.BOTH, "3", new Order("one", 1));
      assertThat(client.await(Orders.BOTH, "3", LONG)).isEqualTo("one 1 other 2");
      assertThat(RecordedHistory.read(provider, "3").latest().kinds())
          .startsWith("OrchestrationStarted", "ActivityScheduled", "ActivityScheduled");
      client.start(Orders.PROCESS, "4", new Order("broken", 5));
      assertThatThrownBy(() -> client.await(Orders.PROCESS, "4", LONG))
          .isInstanceOf(OrchestrationFailedException.class)
          .hasMessageContaining(ActivityFailedException.class.getName())
          .hasMessageContaining("java.io.IOException: no line");
    }
  }

  @Test
  void theNameIsThatOfInterfaceAndMethodUnlessItIsGiven() {
    assertThat(Activity.of(Payments.class, Payments::charge).name()).isEqualTo("Payments.charge");
    Activity<Receipt, Void> refund = Activity.actionOf(Payments.class, Payments::refund);
    assertThat(refund.name()).isEqualTo("give-back");
    assertThat(refund.inputType()).isEqualTo(Receipt.class);
    assertThat(refund.outputType()).isEqualTo(Void.class);
    Activity<List<Order>, Integer> total = Activity.of(Payments.class, Payments::total);
    assertThat(total.inputType().getTypeName()).contains("List<", "Order>");
    assertThat(total.outputType()).isEqualTo(int.class);
    assertThat(Orders.PROCESS.name()).isEqualTo("Orders.process");
    assertThat(Orders.PROCESS.version()).isEmpty();
    assertThat(Orchestration.of(Second.class, Second::process).version()).contains("2");
    Orchestration<Order, Void> drop = Orchestration.actionOf(Second.class, Second::drop);
    assertThat(drop.toString()).isEqualTo("Second.drop@2");
    assertThat(drop.outputType()).isEqualTo(Void.class);
  }

  @Orchestrations(version = "2")
  interface Second {
    String process(Order order);

    void drop(Order order);
  }

  interface Plain {
    String one(String input);
  }

  @Activities
  interface Wide {
    String two(String one, String other);
  }

  @Activities
  interface Primitive {
    String one(int input);

    default String none(Integer input) {
      return "none";
    }
  }

  @Activities
  interface Twice {
    String one(String input);

    String one(Integer input);
  }

  @Test
  void whatCannotBeIsRefused() {
    Holdfast.Builder builder = Holdfast.builder("sqlite::memory:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.activities(Plain.class, input -> input))
        .withMessageContaining("is not an interface with @Activities");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.orchestrations(Payments.class, ctx -> payments))
        .withMessageContaining("is not an interface with @Orchestrations");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.activities(Wide.class, (one, other) -> one))
        .withMessageContaining("has 2 parameters; make a record of them");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Activity.of(Primitive.class, Primitive::one))
        .withMessageContaining("a parameter of a primitive type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Activity.of(Primitive.class, Primitive::none))
        .withMessageContaining("no abstract method");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            builder.activities(
                Twice.class,
                new Twice() {
                  @Override
                  public String one(String input) {
                    return input;
                  }

                  @Override
                  public String one(Integer input) {
                    return "";
                  }
                }))
        .withMessageContaining("\"Twice.one\" is registered twice");
  }
}
