// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.streams.AccountCommand.Close;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountCommand.Open;
import dev.holdfast.streams.AccountCommand.Withdraw;
import dev.holdfast.streams.AccountEvent.Closed;
import dev.holdfast.streams.AccountEvent.Deposited;
import dev.holdfast.streams.AccountEvent.Opened;
import dev.holdfast.streams.AccountEvent.Withdrawn;
import dev.holdfast.streams.event.EventType;
import dev.holdfast.streams.test.AggregateTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An aggregate is pure functions with names, and is tested without a store. */
class AggregateDefinitionTest {

  private static final Aggregate<Account, AccountCommand, AccountEvent> ACCOUNT =
      Account.aggregate("account");

  @Test
  @Promise("ES-01")
  void givenEventsWhenACommandComesThenTheseEvents() {
    AggregateTest.of(ACCOUNT)
        .given(new Opened("Alice"), new Deposited(500))
        .when(new Withdraw(200))
        .then(new Withdrawn(200))
        .thenState(new Account("Alice", 300, 3, false))
        .when(new Withdraw(301))
        .thenRefused(IllegalStateException.class)
        .thenState(new Account("Alice", 300, 3, false))
        .when(new Close())
        .then(new Closed())
        .thenComplete()
        .when(new Close())
        .then();
    AggregateTest.of(ACCOUNT).when(new Open("Bob")).then(new Opened("Bob"));
  }

  @Test
  @Promise("ES-01")
  void theTestKitFindsWhatIsWrong() {
    AggregateTest<Account, AccountCommand, AccountEvent> test =
        AggregateTest.of(ACCOUNT).when(new Deposit(1));
    assertThatThrownBy(() -> test.then(new Deposited(2)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Deposited[cents=2]")
        .hasMessageContaining("Deposited[cents=1]");
    assertThatThrownBy(() -> test.thenState(Account.NONE)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(test::thenComplete).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> test.thenRefused(IllegalStateException.class))
        .isInstanceOf(AssertionError.class);
    test.when(new Withdraw(5));
    assertThatThrownBy(() -> test.then()).hasMessageContaining("only 1 are there");
    assertThatThrownBy(() -> test.thenRefused(IllegalArgumentException.class))
        .isInstanceOf(AssertionError.class);

    AtomicInteger calls = new AtomicInteger();
    Aggregate<Account, AccountCommand, AccountEvent> counting =
        Account.builder("account")
            .decide((state, command) -> List.of(new Deposited(calls.incrementAndGet())))
            .build();
    assertThatThrownBy(() -> AggregateTest.of(counting).when(new Close()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no pure function");
  }

  private sealed interface Twice {
    record Happened(int n) implements Twice {}

    @EventType("Happened")
    record HappenedToo(int n) implements Twice {}
  }

  /** Comes back from JSON as another list than it was. */
  private record Keeper(List<Object> values) {}

  @Test
  @Promise("ES-01")
  void whatIsMissingOrDoubledIsRefusedWhenItIsDefined() {
    assertThatThrownBy(() ->
            Aggregate.builder("a", Integer.class, Integer.class, Twice.class)
                .initial(0)
                .decide((state, command) -> List.of())
                .evolve((state, event) -> state)
                .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the type Happened stands for")
        .hasMessageContaining("HappenedToo");
    for (String part : List.of("initial", "decide", "evolve")) {
      Aggregate.Builder<Account, AccountCommand, AccountEvent> builder =
          Aggregate.builder("a", Account.class, AccountCommand.class, AccountEvent.class);
      List<String> given = new ArrayList<>(List.of("initial", "decide", "evolve"));
      given.remove(part);
      if (given.contains("initial")) {
        builder.initial(Account.NONE);
      }
      if (given.contains("decide")) {
        builder.decide(Account::decide);
      }
      if (given.contains("evolve")) {
        builder.evolve(Account::evolve);
      }
      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lacks " + part);
    }
    assertThatThrownBy(() -> Account.builder("")).hasMessageContaining("category is empty");
    assertThatThrownBy(() -> Account.builder("~a")).hasMessageContaining("tenants");
    assertThatThrownBy(() -> Account.builder("a").stateVersion(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            Aggregate.builder("a", Keeper.class, Integer.class, AccountEvent.class)
                .initial(new Keeper(List.of(1.5f)))
                .decide((state, command) -> List.of())
                .evolve((state, event) -> state)
                .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("snapshots would lie");
  }
}
