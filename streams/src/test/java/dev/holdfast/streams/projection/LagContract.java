// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.streams.Account;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Intercepted;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.queue.QueueEngine;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How far rows are behind. */
abstract class LagContract extends BankContract {

  @Test
  @Promise("ES-26")
  void theLagIsTheAgeOfTheOldestEventThatIsMissing() throws Exception {
    Projector<AccountEvent, Balance> rows = Projector.on(events, Balance.of(name), 2);
    deposit("a-0", 1);
    rows.catchUp();
    assertThat(rows.lag().age()).isZero();
    assertThat(rows.health().isWell()).isTrue();

    LogPosition position = deposit("a-0", 2).appended().lastPosition();
    ProjectionLag lag = rows.lag();
    assertThat(lag.checkpoint()).isLessThan(position);
    assertThat(lag.head()).isGreaterThanOrEqualTo(position);
    assertThat(lag.age()).isGreaterThanOrEqualTo(Duration.ZERO);
    // Bad from the limit on, whatever it is.
    assertThat(rows.health().limit()).isEqualTo(Duration.ofMinutes(5));
    assertThat(rows.limit(Duration.ZERO).health().isWell()).isFalse();
    assertThat(age(lag, Duration.ofMinutes(5).minusNanos(1)).isWell()).isTrue();
    assertThat(age(lag, Duration.ofMinutes(5)).isWell()).isFalse();

    assertThatThrownBy(() -> rows.await(position, Duration.ZERO))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining(position.toString())
        .hasMessageContaining("holdfast projections " + name);
    rows.catchUp();
    rows.await(position, Duration.ZERO);
    assertThat(rows.row("a-0")).contains(new Balance(3, 2));
    assertThat(rows.lag().age()).isZero();
  }

  @Test
  @Promise("ES-26")
  void healthTurnsAfterFiveMinutes() {
    Projector<AccountEvent, Balance> rows = Projector.on(events, Balance.of(name));
    deposit("a-0", 1);
    assertThat(rows.health().isWell()).isTrue();
    Provider later =
        Intercepted.of(
            provider,
            (method, proceed) ->
                proceed.call() instanceof LogHead head
                    ? new LogHead(
                        head.position(),
                        head.lastRecordedAt(),
                        head.now().plus(Duration.ofMinutes(6)))
                    : proceed.call());
    Projector<AccountEvent, Balance> seenLater =
        Projector.on(closing(EventSourcing.on(later)), rows.projection());
    assertThat(seenLater.lag().age()).isGreaterThanOrEqualTo(Duration.ofMinutes(6));
    assertThat(seenLater.health().isWell()).isFalse();
    assertThat(seenLater.limit(Duration.ofDays(1)).health().isWell()).isTrue();
    rows.catchUp();
    assertThat(seenLater.health().isWell()).isTrue();
  }

  private static ProjectionHealth age(ProjectionLag lag, Duration age) {
    ProjectionLag aged = new ProjectionLag(lag.checkpoint(), lag.head(), age);
    return new ProjectionHealth(1, 1, 1, aged, Duration.ofMinutes(5), 0);
  }

  @Test
  @Promise("ES-26")
  void eventsOfOthersAreNoLag() {
    Projector<AccountEvent, Balance> rows = Projector.on(events, Balance.of(name));
    rows.catchUp();
    events.repository(Account.aggregate(name + "-other")).execute("a-0", new Deposit(1));
    assertThat(rows.lag().age()).isZero();
    Projector<AccountEvent, Balance> inline =
        Projector.inline(events, Balance.builder(name + "-inline").handler(Balance::changes));
    assertThat(inline.lag().age()).isZero();
    assertThatThrownBy(() -> QueueEngine.builder(inline.events()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("queues");
    assertThatThrownBy(inline::start).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(rows::events).isInstanceOf(IllegalStateException.class);
  }
}
