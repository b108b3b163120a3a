// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Account;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.AccountEvent.Deposited;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventCodec;
import dev.holdfast.streams.event.EventTypes;
import dev.holdfast.streams.event.UnknownTypes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Events that cannot be handled. */
abstract class ParkingContract extends BankContract {

  private static final long POISON = 13;

  private final AtomicBoolean broken = new AtomicBoolean(true);
  private final AtomicInteger tries = new AtomicInteger();

  private Projector<AccountEvent, Balance> failing(FailurePolicy policy) {
    return Projector.on(
        events,
        Balance.builder(name)
            .onFailure(policy.withAttempts(3).withBackoff(Duration.ZERO, Duration.ZERO))
            .handler((event, rows) -> {
              if (event.data() instanceof Deposited(long cents)
                  && cents == POISON
                  && broken.get()) {
                tries.incrementAndGet();
                throw new IllegalStateException("poison");
              }
              return Balance.changes(event, rows);
            }));
  }

  private void poisoned() {
    deposit("a-0", 1);
    deposit("a-0", POISON);
    deposit("a-1", 2);
    deposit("a-0", 3);
  }

  @Test
  @Promise("ES-22")
  void aFailureStopsTheProjectionUnlessSetAndHealthSaysSo() {
    poisoned();
    Projector<AccountEvent, Balance> failing = failing(FailurePolicy.stop());
    RunnerSettings quick = RunnerSettings.defaults().withPause(Duration.ofMillis(1));
    ShardRunner<AccountEvent, Balance> runner = failing.shardRunner(0, quick, "test");
    runner.turn();
    assertThat(runner.health().state()).isEqualTo(ShardHealth.State.RETRYING);
    assertThat(runner.health().isWell()).isTrue();
    while (runner.health().state() != ShardHealth.State.STOPPED) {
      runner.turn();
    }
    assertThat(tries.get()).isEqualTo(3);
    assertThat(runner.health().isWell()).isFalse();
    assertThat(runner.health().error()).contains("a-0@2 Deposited", "3 attempts", "poison");
    // What was before it stands, what is behind it does not, and it is not tried for ever.
    assertThat(failing.rows()).isEqualTo(Map.of("a-0", new Balance(1, 1)));
    assertThat(failing.verify().differences()).isEmpty();
    runner.turn();
    assertThat(tries.get()).isEqualTo(3);
    assertThatThrownBy(failing::catchUp).isInstanceOf(ProjectionStoppedException.class);

    // It goes on once the event does not count any more, or the handler is right.
    accounts.invalidate("a-0", 2, "poison");
    failing.catchUp();
    assertThat(failing.rows())
        .isEqualTo(Map.of("a-0", new Balance(4, 2), "a-1", new Balance(2, 1)));
    assertThat(failing.verify().differences()).isEmpty();
    deposit("a-1", POISON);
    assertThatThrownBy(failing::catchUp).isInstanceOf(ProjectionStoppedException.class);
    broken.set(false);
    failing.catchUp();
    assertThat(failing.row("a-1")).contains(new Balance(2 + POISON, 2));
  }

  @Test
  @Promise("ES-22")
  void aParkedEventHoldsUpItsStreamAlone() {
    poisoned();
    Projector<AccountEvent, Balance> failing = failing(FailurePolicy.park());
    failing.catchUp();
    assertThat(failing.rows())
        .isEqualTo(Map.of("a-0", new Balance(1, 1), "a-1", new Balance(2, 1)));
    List<ParkedEvent> parked = failing.parked();
    assertThat(parked).extracting(ParkedEvent::version).containsExactly(2L, 3L);
    assertThat(parked.get(0).attempts()).isEqualTo(3);
    assertThat(parked.get(0).error()).contains("poison");
    assertThat(failing.health().parked()).isEqualTo(2);
    assertThat(failing.health().isWell()).isFalse();
    assertThat(failing.verify().differences()).isEmpty();

    deposit("a-0", 4);
    deposit("a-1", 5);
    failing.catchUp();
    assertThat(failing.parked()).hasSize(3);
    assertThat(failing.row("a-1")).contains(new Balance(7, 2));
    assertThat(failing.retry()).isZero();
    assertThat(failing.parked().get(0).attempts()).isEqualTo(4);
    assertThat(failing.parked()).hasSize(3);

    broken.set(false);
    assertThat(failing.retry(new StreamId(name, "a-1"))).isZero();
    assertThat(failing.retry(new StreamId(name, "a-0"))).isEqualTo(3);
    assertThat(failing.parked()).isEmpty();
    assertThat(failing.rows()).isEqualTo(expected(2));
    assertThat(failing.verify().differences()).isEmpty();
    assertThat(failing.health().isWell()).isTrue();
  }

  @Test
  @Promise("ES-22")
  void aDroppedEventIsLeftOutForGood() {
    poisoned();
    Projector<AccountEvent, Balance> failing = failing(FailurePolicy.park());
    failing.catchUp();
    LogPosition poison = failing.parked().get(0).position();
    assertThat(failing.dropParked(poison)).isTrue();
    assertThat(failing.dropParked(poison)).isFalse();
    assertThat(failing.parked()).hasSize(1);
    assertThat(failing.retry()).isEqualTo(1);
    assertThat(failing.row("a-0")).contains(new Balance(4, 2));
    broken.set(false);
    assertThat(failing.verify().differences()).isEmpty();
    deposit("a-0", 5);
    failing.catchUp();
    assertThat(failing.row("a-0")).contains(new Balance(9, 3));
    // New rows are made of all that the handler takes now.
    failing.rebuild();
    assertThat(failing.rows()).isEqualTo(expected(2));
  }

  @Test
  void anInterruptOfTheCodeIsLeftToItsCaller() {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    ProjectionHandler<AccountEvent, Balance> code =
        (event, rows) -> {
          Exception thrown = failure.get();
          if (thrown != null) {
            throw thrown;
          }
          return Balance.changes(event, rows);
        };
    Projector<AccountEvent, Balance> following =
        Projector.on(
            events,
            Balance.builder(name).onFailure(FailurePolicy.park().withAttempts(1)).handler(code));
    String other = name + "-inline";
    EventSourcing inline = Projector.inline(events, Balance.builder(other).handler(code)).events();
    deposit("a-0", 1);
    following.catchUp();
    failure.set(new IllegalStateException("poison"));
    deposit("a-1", 2);
    deposit("a-2", 3);
    following.catchUp();
    failure.set(new InterruptedException("by a test"));

    assertThatThrownBy(following::verify).hasRootCause(failure.get());
    assertThat(Thread.interrupted()).as("of what verifies").isTrue();
    assertThat(following.retry()).isZero();
    assertThat(Thread.interrupted()).as("of what tries again").isTrue();
    assertThat(following.parked())
        .as("what comes behind the interrupt is not tried")
        .extracting(ParkedEvent::attempts)
        .containsExactly(2, 1);
    assertThatThrownBy(
            () -> inline.repository(Account.aggregate(other)).execute("a-0", new Deposit(1)))
        .hasRootCause(failure.get());
    assertThat(Thread.interrupted()).as("of what appends").isTrue();
  }

  @Test
  @Promise("ES-22")
  void whoeverStopsTheThreadParksNoEvent() {
    AtomicBoolean stopping = new AtomicBoolean(true);
    Projector<AccountEvent, Balance> following =
        Projector.on(
            events,
            Balance.builder(name)
                .onFailure(FailurePolicy.park().withAttempts(1))
                .handler((event, rows) -> {
                  if (stopping.get()) {
                    throw new InterruptedException("by a test");
                  }
                  return Balance.changes(event, rows);
                }));
    deposit("a-0", 1);
    deposit("a-1", 2);

    assertThatThrownBy(following::catchUp).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).as("it is left to the caller").isTrue();
    assertThat(following.parked()).isEmpty();

    stopping.set(false);
    following.catchUp();
    assertThat(following.parked()).isEmpty();
    assertThat(following.verify().differences()).isEmpty();
  }

  @Test
  @Promise({"ES-22", "ES-09"})
  void unknownTypesAreIgnoredFailOrParkAsTheProjectionSays() {
    poisoned();
    for (UnknownTypes policy : UnknownTypes.values()) {
      Projection<AccountEvent, Balance> knowsLess =
          Balance.builder(name + policy)
              .categories(name)
              .events(EventTypes.builder(AccountEvent.class).build())
              .unknownTypes(policy)
              .handler(Balance::changes);
      Projection<AccountEvent, Balance> withoutDeposits =
          Projection.builder(name + policy, AccountEvent.class, Balance.class)
              .categories(name)
              .events(
                  new EventCodec<>() {
                    @Override
                    public EncodedEvent encode(AccountEvent event) {
                      return knowsLess.events().encode(event);
                    }

                    @Override
                    public Optional<AccountEvent> decode(EncodedEvent stored) {
                      return stored.type().equals("Deposited")
                          ? Optional.empty()
                          : knowsLess.events().decode(stored);
                    }
                  })
              .unknownTypes(policy)
              .handler(Balance::changes);
      Projector<AccountEvent, Balance> projector = Projector.on(events, withoutDeposits);
      switch (policy) {
        case IGNORE -> {
          projector.catchUp();
          assertThat(projector.rows()).isEmpty();
          assertThat(projector.parked()).isEmpty();
        }
        case FAIL ->
            assertThatThrownBy(projector::catchUp)
                .isInstanceOf(ProjectionStoppedException.class)
                .hasMessageContaining("Deposited");
        case PARK -> {
          projector.catchUp();
          assertThat(projector.parked()).hasSize(4);
        }
      }
    }
  }
}
