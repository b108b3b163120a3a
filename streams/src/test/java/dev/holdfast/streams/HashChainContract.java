// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Counter.Added;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Chains of hashes, and rows that somebody changes past the store. */
abstract class HashChainContract extends StoreContract {

  @Override
  protected boolean needsItsOwnStore() {
    return true;
  }

  private Repository<Counter, Long, Added> counters(int interval) {
    return closing(EventSourcing.builder(provider).snapshotEvery(interval).cachedStates(0).build())
        .repository(Counter.builder("chained").hashChain().build());
  }

  private void openTheTable() throws SQLException {
    if (store.isSqlite()) {
      store.execute("DROP TRIGGER holdfast_event_no_update");
      store.execute("DROP TRIGGER holdfast_event_no_delete");
    } else {
      store.execute("ALTER TABLE " + store.table("event") + " DISABLE TRIGGER USER");
    }
  }

  /** The first digit of the number in the data becomes another one: one byte. */
  private int changeOneByte(long version) throws SQLException {
    String data =
        store.isSqlite()
            ? "CAST(replace(CAST(data AS TEXT), '\"by\":1', '\"by\":9') AS BLOB)"
            : "convert_to(replace(convert_from(data, 'UTF8'), '\"by\":1', '\"by\":9'), 'UTF8')";
    return store.execute(
        "UPDATE " + store.table("event") + " SET data = " + data + " WHERE version = " + version);
  }

  @Test
  @Promise("ES-12")
  void aChainNamesTheFirstEventThatDoesNotFit() throws SQLException {
    Repository<Counter, Long, Added> counters = counters(4);
    assertThatThrownBy(() -> counters.verifyChain("c")).isInstanceOf(NoSuchStreamException.class);
    for (int i = 0; i < 9; i++) {
      counters.execute("c", 1L);
    }
    counters.invalidate("c", 3, "to see that it is part of the chain");
    counters.execute("c", 1L);
    assertThat(counters.verifyChain("c")).isEqualTo(new ChainReport(11, null, null));
    assertThat(counters.verifyChain("c").isIntact()).isTrue();

    openTheTable();
    assertThat(changeOneByte(11)).isOne(); // the last one vouches for itself
    assertThat(counters.verifyChain("c").brokenAt()).isEqualTo(11);
    assertThat(changeOneByte(5)).isOne();
    ChainReport changed = counters.verifyChain("c");
    assertThat(changed.isIntact()).isFalse();
    assertThat(changed.checked()).isEqualTo(4);
    assertThat(changed.brokenAt()).isEqualTo(5);
    assertThat(changed.problem()).contains("content");
    store.execute("DELETE FROM " + store.table("event") + " WHERE version = 2");
    assertThat(counters.verifyChain("c")).isEqualTo(new ChainReport(1, 2L, "it is missing"));
    store.execute("DELETE FROM " + store.table("event") + " WHERE version > 1");
    assertThat(counters.verifyChain("c").brokenAt()).isEqualTo(2);
  }

  @Test
  @Promise("ES-12")
  void whatIsAppendedPastTheChainDoesNotFit() {
    Repository<Counter, Long, Added> counters = counters(0);
    counters.execute("p", 1L);
    closing(EventSourcing.on(provider)).repository(Counter.aggregate("chained")).execute("p", 1L);
    assertThat(counters.verifyChain("p")).isEqualTo(new ChainReport(1, 2L, "it carries no hash"));
  }

  @Test
  @Promise("ES-12")
  void anArchivedChainGoesOnFromWhatIsThere() {
    Repository<Counter, Long, Added> counters = counters(0);
    for (int i = 0; i < 6; i++) {
      counters.execute("a", 1L);
    }
    counters.snapshot("a");
    StreamArchive archive = provider.capability(StreamArchive.class).orElseThrow();
    StreamId stream = new StreamId("chained", "a");
    archive.archive(stream, 6, "state-1", 4);
    assertThat(counters.verifyChain("a")).isEqualTo(new ChainReport(2, null, null));
    archive.archive(stream, 6, "state-1", 4);
    // The snapshot knows the hash of the last event.
    counters.execute("a", 1L);
    assertThat(counters.verifyChain("a")).isEqualTo(new ChainReport(1, null, null));
    assertThat(counters.timeline("a").getFirst().event().content().metadata().asUtf8())
        .contains("previousHash");
  }
}
