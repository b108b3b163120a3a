// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.streams.Account;
import dev.holdfast.streams.AccountCommand;
import dev.holdfast.streams.AccountCommand.Close;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountCommand.Open;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Intercepted;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EventContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One projection, run in three ways. */
abstract class ProjectionContract extends BankContract {

  private Accounts table() throws SQLException {
    Accounts table = new Accounts(id("accounts").replace('-', '_'));
    store.execute(table.create());
    closing(() -> store.execute("DROP TABLE " + table.name()));
    return table;
  }

  private Projector<AccountEvent, Balance> inline() {
    return Projector.inline(
        events, Balance.builder(name + "-inline").categories(name).handler(Balance::changes));
  }

  @Test
  @Promise("ES-10")
  void whatAnEventCausesNamesIt() throws Exception {
    Map<String, EventContext> causing = new HashMap<>();
    Projection<AccountEvent, Balance> noting =
        Balance.builder(name)
            .handler((event, rows) -> {
              causing.put(event.id(), event.causing());
              return Balance.changes(event, rows);
            });
    fill(1, 2);
    Projector.on(events, noting).catchUp();

    assertThat(causing).hasSize(3);
    causing.forEach((id, context) ->
        assertThat(context)
            .isEqualTo(EventContext.none().withCausationId(id).withCorrelationId(id)));
  }

  @Test
  @Promise("ES-20")
  void oneHandlerGivesEqualRowsInEachWay() throws Exception {
    Projector<AccountEvent, Balance> inline = inline();
    accounts = inline.events().repository(Account.aggregate(name));
    Projector<AccountEvent, Balance> following = Projector.on(events, Balance.of(name), 3);
    Projector<AccountEvent, Balance> own =
        Projector.into(
            events,
            Balance.builder(name + "-own").categories(name).handler(Balance::changes),
            store::connect,
            table());
    fill(5, 20);
    accounts.execute("a-3", new Close());
    assertThat(following.catchUp()).isEqualTo(26);
    assertThat(own.catchUp()).isEqualTo(26);

    Map<String, Balance> expected = expected(5);
    assertThat(expected).hasSize(4);
    assertThat(inline.rows()).isEqualTo(expected);
    assertThat(following.rows()).isEqualTo(expected);
    assertThat(own.rows()).isEqualTo(expected);
    for (Projector<AccountEvent, Balance> each : List.of(inline, following, own)) {
      assertThat(each.row("a-0")).contains(expected.get("a-0"));
      assertThat(each.row("a-3")).isEmpty();
      assertThat(each.rows("a-4")).containsOnlyKeys("a-4");
      assertThat(each.verify().differences()).isEmpty();
      assertThat(each.verify().rows()).isEqualTo(4);
    }
  }

  @Test
  @Promise("ES-20")
  void rowsAndCheckpointAreOneCommitWhereverItIsCut() throws Exception {
    fill(3, 12);
    AtomicInteger calls = new AtomicInteger();
    EventSourcing cut =
        closing(
            EventSourcing.builder(
                    Intercepted.of(
                        provider,
                        (method, proceed) -> {
                          if (!method.equals("update")) {
                            return proceed.call();
                          }
                          return switch (calls.incrementAndGet() % 3) {
                            case 0 ->
                                throw new ProviderError.StoreContention("update", "cut", null);
                            case 1 -> {
                              proceed.call();
                              throw new ProviderError.OutcomeUnknown("update", "cut", null);
                            }
                            default -> proceed.call();
                          };
                        }))
                .pageSize(2)
                .snapshotEvery(0)
                .build());
    ShardRunner<AccountEvent, Balance> runner =
        Projector.on(cut, Balance.of(name))
            .shardRunner(0, RunnerSettings.defaults().withPageSize(2).withPause(tick()), "test");
    Projector<AccountEvent, Balance> seen = Projector.on(events, Balance.of(name));
    while (!seen.rows().equals(expected(3))) {
      runner.turn();
      assertThat(seen.verify().differences()).isEmpty();
    }
    runner.release();
    assertThat(calls.get()).isGreaterThan(8);
  }

  private static Duration tick() {
    return Duration.ofMillis(1);
  }

  @Test
  @Promise("ES-20")
  void aCutTransactionOfTheApplicationLeavesNothing() throws Exception {
    fill(2, 4);
    Accounts table = table();
    AtomicInteger written = new AtomicInteger();
    RowTable<Balance> failing =
        new RowTable<>() {
          @Override
          public Optional<Balance> read(Connection connection, int generation, String key)
              throws SQLException {
            return table.read(connection, generation, key);
          }

          @Override
          public void write(Connection connection, int generation, String key, Balance value)
              throws SQLException {
            table.write(connection, generation, key, value);
            if (written.incrementAndGet() == 2) {
              throw new SQLException("cut");
            }
          }

          @Override
          public SequencedMap<String, Balance> page(
              Connection connection, int generation, @Nullable String after, int limit)
              throws SQLException {
            return table.page(connection, generation, after, limit);
          }

          @Override
          public void drop(Connection connection, int generation) throws SQLException {
            table.drop(connection, generation);
          }
        };
    Projector<AccountEvent, Balance> own =
        Projector.into(events, Balance.of(name), store::connect, failing);
    assertThatThrownBy(own::catchUp).hasMessageContaining("cut");
    assertThat(own.rows()).isEmpty();
    assertThat(own.verify().differences()).isEmpty();
    own.catchUp();
    assertThat(own.rows()).isEqualTo(expected(2));
  }

  @Test
  @Promise("ES-20")
  void inlineRowsShareTheFateOfTheAppend() throws Exception {
    Projector<AccountEvent, Balance> inline = inline();
    accounts = inline.events().repository(Account.aggregate(name));
    accounts.execute("a-0", "command-1", new Open("Alice"));
    accounts.execute("a-0", "command-1", new Open("Alice"));
    accounts.execute("a-0", "command-2", new Deposit(7));
    accounts.execute("a-0", "command-2", new Deposit(7));
    assertThat(inline.row("a-0")).contains(new Balance(7, 2));

    // Writers of one row, in two processes: each conflict is decided again.
    EventSourcing other = closing(EventSourcing.builder(store.openHandle()).build());
    List<Thread> writers = new ArrayList<>();
    for (EventSourcing each : List.of(events, other)) {
      Repository<Account, AccountCommand, AccountEvent> theirs =
          Projector.inline(each, inline.projection()).events().repository(Account.aggregate(name));
      writers.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 10; i++) {
                  theirs.execute("a-0", new Deposit(1));
                }
              }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(inline.row("a-0")).contains(new Balance(27, 22));

    Projection<AccountEvent, Balance> refusing =
        Balance.builder(name + "-refusing")
            .handler((event, rows) -> {
              throw new IllegalStateException("refused");
            });
    EventSourcing refused = Projector.inline(events, refusing).events();
    Repository<Account, AccountCommand, AccountEvent> there =
        refused.repository(Account.aggregate(name + "-refusing"));
    assertThatThrownBy(() -> there.execute("a-0", new Open("Bob"))).hasMessage("refused");
    assertThat(there.load("a-0").version()).isZero();
  }

  @Test
  @Promise({"ES-20", "ES-11"})
  void whatWasInvalidatedIsTakenOutOfTheRows() {
    Projector<AccountEvent, Balance> following = Projector.on(events, Balance.of(name), 2);
    Projector<AccountEvent, Balance> inline = inline();
    accounts = inline.events().repository(Account.aggregate(name));
    fill(2, 6);
    following.catchUp();
    accounts.invalidate("a-0", 3, "counted twice"); // the deposit of 3
    following.catchUp();
    deposit("a-0", 100);
    following.catchUp();
    Map<String, Balance> expected =
        Map.of("a-0", new Balance(1 + 5 + 100, 4), "a-1", new Balance(2 + 4 + 6, 4));
    assertThat(following.rows()).isEqualTo(expected);
    assertThat(inline.rows()).isEqualTo(expected);
    assertThat(following.verify().differences()).isEmpty();
    assertThat(inline.verify().differences()).isEmpty();
    following.rebuild();
    inline.rebuild();
    assertThat(following.rows()).isEqualTo(expected);
    assertThat(inline.rows()).isEqualTo(expected);
  }

  @Test
  @Promise("ES-20")
  void aTenantHasProjectionsOfItsOwn() {
    EventSourcing acme = events.forTenant("acme");
    Projector<AccountEvent, Balance> theirs = Projector.on(acme, Balance.of(name));
    Projector<AccountEvent, Balance> ours = Projector.on(events, Balance.of(name));
    acme.repository(Account.aggregate(name)).execute("a-0", new Open("Acme"));
    deposit("a-0", 5);
    theirs.catchUp();
    ours.catchUp();
    assertThat(theirs.rows()).isEqualTo(Map.of("a-0", new Balance(0, 1)));
    assertThat(ours.rows()).isEqualTo(Map.of("a-0", new Balance(5, 1)));
  }
}
