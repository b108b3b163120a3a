// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.streams.Account;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rows made anew, and compared. */
abstract class RebuildContract extends BankContract {

  private static final RunnerSettings QUICK =
      RunnerSettings.defaults().withPageSize(3).withPause(Duration.ofMillis(5));

  /** Rows that say which build has made them: in the thousands of their cents. */
  private Projection<AccountEvent, Balance> build(int build) {
    return Balance.builder(name)
        .build(build)
        .handler((event, rows) -> {
          String key = event.stream().id();
          Balance before = rows.get(key).orElse(new Balance(build * 1_000, 0));
          return List.of(Row.put(key, new Balance(before.cents(), before.movements() + 1)));
        });
  }

  /** Puts another row in the place of one. */
  private void damage(String key, String json) {
    Projections rows = provider.capability(Projections.class).orElseThrow();
    LogPosition at =
        rows.projection(name).orElseThrow().generations().get(0).shards().get(0).checkpoint();
    rows.update(
        UpdateProjection.advancing(
            name, 1, List.of(RowChange.put(key, Payload.utf8(json))), new Advance(0, at, at)),
        null);
  }

  @Test
  @Promise("ES-23")
  void readersSeeTheFormerRowsOrTheNewOnes() throws Exception {
    fill(6, 24);
    Projector<AccountEvent, Balance> old = Projector.on(events, build(1), 2);
    Projector<AccountEvent, Balance> anew = Projector.on(events, build(2), 3);
    AtomicBoolean done = new AtomicBoolean();
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    List<RebuildProgress> progress = Collections.synchronizedList(new ArrayList<>());
    old.catchUp();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!done.get()) {
                Map<String, Balance> rows = old.rows();
                long builds = rows.values().stream().map(Balance::cents).distinct().count();
                if (rows.size() != 6 || builds != 1) {
                  wrong.add(rows.toString());
                }
              }
            });
    Rebuilt rebuilt;
    try (ProjectionRunner runs = old.start(QUICK);
        ProjectionRunner waits = anew.start(QUICK)) {
      AtomicInteger appended = new AtomicInteger();
      rebuilt =
          anew.rebuild(page -> {
            progress.add(page);
            if (appended.incrementAndGet() < 10) {
              deposit("a-" + appended.get() % 6, 1); // all the while
            }
          });
      anew.await(deposit("a-0", 1).appended().lastPosition(), Duration.ofSeconds(60));
      done.set(true);
      reader.join();
      assertThat(runs.isWell() && waits.isWell()).isTrue();
    }
    assertThat(wrong).isEmpty();
    assertThat(rebuilt.former()).isEqualTo(1);
    assertThat(rebuilt.generation()).isEqualTo(2);
    assertThat(rebuilt.events()).isBetween(30L, 42L);
    assertThat(rebuilt.duration()).isPositive();
    assertThat(progress).extracting(RebuildProgress::generation).containsOnly(2);
    assertThat(anew.rows().values()).extracting(Balance::cents).containsOnly(2_000L);
    assertThat(anew.verify().differences()).isEmpty();

    // The way back, until it is dropped.
    assertThat(anew.generations()).containsExactly(1, 2);
    anew.goBackTo(1);
    assertThat(old.rows().values()).extracting(Balance::cents).containsOnly(1_000L);
    old.catchUp();
    assertThat(old.verify().differences()).isEmpty();
    old.goBackTo(2);
    assertThatThrownBy(() -> old.drop(2)).isInstanceOf(ProviderError.InvalidRequest.class);
    assertThat(old.drop(1)).isPositive();
    assertThat(old.generations()).containsExactly(2);
  }

  @Test
  @Promise("ES-23")
  void whatHasHappenedOutsideDoesNotHappenAgain() {
    List<String> mails = new ArrayList<>();
    Projector<AccountEvent, Balance> mailing =
        Projector.on(
            events,
            Balance.builder(name)
                .effect(event -> mails.add(event.stream().id() + "@" + event.version()))
                .handler(Balance::changes));
    fill(2, 2);
    mailing.catchUp();
    assertThat(mails).containsExactly("a-0@1", "a-1@1", "a-0@2", "a-1@2");
    deposit("a-0", 1); // neither generation has folded it in before the switch
    Rebuilt rebuilt = mailing.rebuild();
    assertThat(mails).hasSize(4);
    assertThat(mailing.rows()).containsEntry("a-0", new Balance(1, 2));
    mailing.catchUp();
    assertThat(mails).hasSize(5).endsWith("a-0@3");
    assertThat(mailing.rows()).isEqualTo(expected(2));
    mailing.drop(rebuilt.former());
    deposit("a-1", 1);
    mailing.catchUp();
    assertThat(mails).hasSize(6).doesNotHaveDuplicates();
  }

  @Test
  @Promise("ES-23")
  void anInterruptedRebuildIsContinued() {
    fill(2, 20);
    Projector<AccountEvent, Balance> old = Projector.on(events, build(1));
    old.catchUp();
    EventSourcing small = closing(EventSourcing.builder(provider).pageSize(5).build());
    Projector<AccountEvent, Balance> anew = Projector.on(small, build(2));
    assertThatThrownBy(() ->
            anew.rebuild(page -> {
              throw new IllegalStateException("killed");
            }))
        .hasMessage("killed");
    assertThat(old.rows().values()).extracting(Balance::cents).containsOnly(1_000L);
    Rebuilt rebuilt = anew.rebuild();
    assertThat(rebuilt.generation()).isEqualTo(2);
    assertThat(rebuilt.events()).isEqualTo(17);
    assertThat(anew.verify().differences()).isEmpty();
  }

  @Test
  @Promise("ES-23")
  void inlineRowsAreRebuiltBesideTheAppends() {
    fill(2, 4); // before there was a projection
    Projector<AccountEvent, Balance> inline = Projector.inline(events, Balance.of(name));
    inline.rebuild();
    accounts = inline.events().repository(Account.aggregate(name));
    deposit("a-0", 5);
    AtomicInteger appended = new AtomicInteger();
    inline.rebuild(page -> {
      if (appended.incrementAndGet() < 3) {
        deposit("a-1", 1);
      }
    });
    deposit("a-1", 1);
    assertThat(inline.rows()).isEqualTo(expected(2));
    assertThat(inline.verify().differences()).isEmpty();
  }

  @Test
  @Promise({"ES-24", "ES-25"})
  void aDamagedRowIsFoundAndRepairedUnderLoad() throws Exception {
    fill(4, 12);
    Projector<AccountEvent, Balance> rows = Projector.on(events, Balance.of(name));
    rows.catchUp();
    assertThat(rows.verify()).isEqualTo(new Verification(4, 16, List.of()));
    LogPosition last = deposit("a-3", 1).appended().lastPosition();
    rows.catchUp();
    damage("a-3", "{\"cents\":25,\"movements\":4}");
    damage("a-1", "{\"cents\":18,\"movements\":4}");
    damage("b", "{\"cents\":0,\"movements\":0}");

    Verification found = rows.verify();
    assertThat(found.exitCode()).isEqualTo(1);
    assertThat(found.differences())
        .extracting(RowDifference::key, RowDifference::field)
        .containsExactlyInAnyOrder(tuple("a-3", "/movements"), tuple("b", ""));
    RowDifference difference =
        found.differences().stream().filter(d -> d.key().equals("a-3")).findFirst().orElseThrow();
    assertThat(difference).hasToString("a-3 /movements: 4, and not 5 (as of " + last + ")");

    try (ProjectionRunner runner = rows.start(QUICK)) {
      Thread load =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 20; i++) {
                  deposit("a-3", 1);
                }
              });
      assertThat(rows.renew(new StreamId(name, "a-3"), new StreamId(name, "a-0"))).isEqualTo(1);
      assertThat(rows.renew("b", "a-1")).isEqualTo(1);
      assertThat(rows.verify().differences()).isEmpty();
      load.join();
      rows.await(deposit("a-3", 1).appended().lastPosition(), Duration.ofSeconds(60));
      assertThat(runner.isWell()).isTrue();
    }
    assertThat(rows.rows()).isEqualTo(expected(4));
    assertThat(rows.verify().exitCode()).isZero();
  }

  @Test
  @Promise("ES-25")
  void rowsAreVerifiedAtASetRate() throws Exception {
    fill(1, 2);
    Projector<AccountEvent, Balance> rows = Projector.on(events, Balance.of(name));
    rows.catchUp();
    BlockingQueue<Verification> found = new LinkedBlockingQueue<>();
    try (VerificationWatch watch = rows.verifyEvery(Duration.ofMillis(1), found::add)) {
      assertThat(found.take().exitCode()).isZero();
      assertThat(found.take().exitCode()).isZero();
      damage("a-0", "{\"cents\":3,\"movements\":4}");
      while (found.take().exitCode() == 0) {
        // the damage came behind this comparison
      }
    }
    assertThat(rows.renew("a-0")).isEqualTo(1);
  }

  @Test
  @Promise("ES-25")
  void anyTwoRepresentationsAreCompared() {
    Verification compared =
        Verification.between(
            Map.of("a", new Balance(1, 1), "b", new Balance(2, 1)),
            Map.of("a", new Balance(1, 1), "b", new Balance(3, 1), "c", Balance.NONE));
    assertThat(compared.rows()).isEqualTo(2);
    assertThat(compared.differences())
        .extracting(RowDifference::key, RowDifference::field)
        .containsExactly(tuple("b", "/cents"), tuple("c", ""));
  }

  /** Archived events are in no fold; rows are not made without them in silence. */
  @Test
  @Promise({"ES-23", "ES-25"})
  void whatWasArchivedIsNotLeftOutInSilence() {
    fill(1, 3);
    Projector<AccountEvent, Balance> rows = Projector.on(events, Balance.of(name));
    rows.catchUp();
    accounts.snapshot("a-0");
    provider
        .capability(StreamArchive.class)
        .orElseThrow()
        .archive(new StreamId(name, "a-0"), 4, accounts.aggregate().schema(), 10);
    assertThatThrownBy(rows::verify).hasMessageContaining("archived");
    assertThatThrownBy(rows::rebuild).hasMessageContaining("archived");
    deposit("a-0", 4);
    rows.catchUp();
    assertThat(rows.rows()).isEqualTo(Map.of("a-0", new Balance(10, 5)));
    // Archived events of others are no obstacle.
    String other = name + "-other";
    events.repository(Account.aggregate(other)).execute("a-0", new Deposit(1));
    Projector<AccountEvent, Balance> others = Projector.on(events, Balance.of(other));
    others.catchUp();
    others.rebuild();
    assertThat(others.verify().rows()).isEqualTo(1);
  }
}
