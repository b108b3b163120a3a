// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Rows are compared page by page, with few of them in memory. {@code -Dstreams.verify.rows=1000000}
 * is the full size.
 */
abstract class PagedVerifyContract extends BankContract {

  private static final int ROWS = Integer.getInteger("streams.verify.rows", 1_500);
  private static final int HELD = 100;
  private static final int AT_ONCE = 200;

  /** A number that was seen; every row counts it, and one row counts all. */
  record Seen(int number) {}

  /** Rows have to be read to be written: those of the number, and that of all. */
  private Projection<Seen, Balance> counting() {
    return Projection.builder(name, Seen.class, Balance.class)
        .categories(name)
        .handler((event, rows) -> {
          String key = "n-" + event.data().number() % ROWS;
          List<Row<Balance>> changes = new ArrayList<>();
          changes.add(Row.put(key, rows.get(key).orElse(Balance.NONE).plus(1)));
          changes.add(Row.put("all", rows.get("all").orElse(Balance.NONE).plus(1)));
          if (event.data().number() % 10 == 0) {
            changes.set(0, Row.remove(key));
          }
          return changes;
        });
  }

  /** So many events, past an aggregate; each number comes once, and some come again. */
  private void fillTheLog() {
    EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
    int events = ROWS + ROWS / 3;
    for (int i = 0; i < events; i += AT_ONCE) {
      List<NewEvent> page = new ArrayList<>();
      for (int n = i; n < Math.min(events, i + AT_ONCE); n++) {
        page.add(NewEvent.of("Seen", Payload.utf8("{\"number\":" + n + "}")));
      }
      streams.append(
          new AppendEvents(
              new StreamId(name, "s-" + i / AT_ONCE % 50), Expected.any(), page, null));
    }
  }

  private List<String> wrong(Projector<?, ?> rows) {
    List<String> keys = new ArrayList<>();
    try (Audit<?, ?> audit = rows.audit(HELD)) {
      audit.findings(finding -> keys.add(finding.key()));
      assertThat(audit.folded().mostHeld()).isEqualTo(HELD);
      assertThat(audit.rows()).isGreaterThan(HELD);
    }
    return keys;
  }

  private void damage(RowChange... changes) {
    Projections rows = provider.capability(Projections.class).orElseThrow();
    LogPosition at =
        rows.projection(name).orElseThrow().generations().get(0).shards().get(0).checkpoint();
    rows.update(
        UpdateProjection.advancing(name, 1, List.of(changes), new Advance(0, at, at)), null);
  }

  @Test
  @Timeout(1_800)
  @Promise({"ES-24", "ES-25"})
  void ofManyRowsFewAreInMemory() {
    fillTheLog();
    EventSourcing paged = closing(EventSourcing.builder(provider).pageSize(AT_ONCE).build());
    Projector<Seen, Balance> rows = Projector.on(paged, counting());
    rows.catchUp();
    assertThat(wrong(rows)).isEmpty();

    damage(
        RowChange.put("n-1", Payload.utf8("{\"cents\":77,\"movements\":1}")),
        RowChange.remove("n-1003"),
        RowChange.put("n-20", Payload.utf8("{\"cents\":1,\"movements\":1}")), // was removed
        RowChange.put("zz", Payload.utf8("{\"cents\":1,\"movements\":1}")));
    assertThat(wrong(rows)).containsExactly("n-1", "n-1003", "n-20", "zz");
    try (Audit<Seen, Balance> audit = rows.audit(HELD)) {
      assertThat(audit.renew(List.of("n-1", "n-1003", "n-20", "zz", "n-7"))).isEqualTo(4);
      assertThat(audit.folded().mostHeld()).isEqualTo(HELD);
    }
    assertThat(wrong(rows)).isEmpty();
    Verification usual = rows.verify();
    assertThat(usual.found()).isZero();
    assertThat(usual.events()).isEqualTo(ROWS + ROWS / 3);
  }

  @Test
  @Promise("ES-25")
  void anEventThatDoesNotCountLeavesTheRestOfTheRows() {
    fill(130, 150);
    EventSourcing paged = closing(EventSourcing.builder(provider).pageSize(30).build());
    Projector<?, Balance> rows = Projector.on(paged, Balance.of(name), 2);
    rows.catchUp();
    accounts.invalidate("a-3", 2, "a mistake"); // in the fold of the first page already
    rows.catchUp();
    assertThat(rows.verify().found()).isZero();
    assertThat(rows.row("a-3")).contains(new Balance(134, 2)); // of 4 and 134 cents
    try (Audit<?, Balance> audit = rows.audit(HELD)) {
      boolean[] invalidated = {false};
      damageKey("a-1");
      audit.findings(finding -> {
        assertThat(finding.key()).isEqualTo("a-1");
        if (!invalidated[0]) {
          invalidated[0] = true;
          accounts.invalidate("a-99", 1, "another one"); // while pages go on
          rows.catchUp();
        }
      });
      assertThat(invalidated[0]).isTrue();
      assertThat(audit.folded().mostHeld()).isEqualTo(HELD);
      assertThat(audit.events()).as("each once").isEqualTo(rows.verify().events());
    }
  }

  private void damageKey(String key) {
    RowChange change = RowChange.put(key, Payload.utf8("{\"cents\":0,\"movements\":9}"));
    Projections rows = provider.capability(Projections.class).orElseThrow();
    List<LogPosition> at =
        rows.projection(name).orElseThrow().generations().get(0).shards().stream()
            .map(shard -> shard.checkpoint())
            .toList();
    rows.update(
        UpdateProjection.advancing(name, 1, List.of(change), new Advance(0, at.get(0), at.get(0))),
        null);
  }

  @Test
  @Promise("ES-25")
  void aTableIsReadInPages() throws Exception {
    fill(130, 20);
    Accounts table = new Accounts(name.replace('-', '_'));
    try (Connection connection = store.connect();
        Statement sql = connection.createStatement()) {
      sql.execute(table.create());
    }
    EventSourcing paged = closing(EventSourcing.builder(provider).pageSize(20).build());
    Projector<?, Balance> rows = Projector.into(paged, Balance.of(name), store::connect, table);
    rows.catchUp();
    assertThat(rows.rows()).isEqualTo(expected(130)).hasSize(130);
    assertThat(rows.rows("a-12")).hasSize(11);
    assertThat(wrong(rows)).isEmpty();
    try (Connection connection = store.connect();
        Statement sql = connection.createStatement()) {
      sql.execute("UPDATE " + table.name() + " SET cents = 0 WHERE id IN ('a-0', 'a-19')");
    }
    assertThat(wrong(rows)).containsExactly("a-0", "a-19");
    assertThat(rows.renew("a-0", "a-19")).isEqualTo(2);
    assertThat(rows.verify().found()).isZero();
  }

  /** A table in another order would be compared in parts only. */
  @Test
  @Promise("ES-25")
  void aTableThatIsNotInOrderIsRefused() {
    fill(3, 3);
    RowTable<Balance> turned = new Turned();
    Projector<?, Balance> rows = Projector.into(events, Balance.of(name), store::connect, turned);
    assertThatThrownBy(rows::verify)
        .hasMessageContaining("lists \"a-1\" behind \"a-2\"")
        .hasMessageContaining("COLLATE");
    assertThatThrownBy(rows::rows).hasMessageContaining("COLLATE");
  }

  private static final class Turned implements RowTable<Balance> {

    private final Map<String, Balance> rows =
        new TreeMap<>(Map.of("a-1", Balance.NONE, "a-2", Balance.NONE));

    @Override
    public Optional<Balance> read(Connection connection, int generation, String key) {
      return Optional.ofNullable(rows.get(key));
    }

    @Override
    public void write(Connection connection, int generation, String key, @Nullable Balance value) {
      throw new IllegalStateException("is read only");
    }

    @Override
    public SequencedMap<String, Balance> page(
        Connection connection, int generation, @Nullable String after, int limit)
        throws SQLException {
      return new LinkedHashMap<>(new TreeMap<>(rows).descendingMap());
    }

    @Override
    public void drop(Connection connection, int generation) {
      rows.clear();
    }
  }
}
