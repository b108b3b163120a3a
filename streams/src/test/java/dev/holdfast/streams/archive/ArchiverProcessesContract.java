// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Account;
import dev.holdfast.streams.AccountCommand;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.ChildJvm;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.StoreContract;
import dev.holdfast.streams.projection.Projector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Archivers are killed, and others go on. */
@Timeout(540)
abstract class ArchiverProcessesContract extends StoreContract {

  private static final String NAME = "account";
  private static final int STREAMS = 25;
  private static final int EVENTS = 12;

  @TempDir protected Path directory;

  @Override
  protected boolean needsItsOwnStore() {
    return true;
  }

  @Test
  @Promise("ES-37")
  void noEventIsLostWhoeverIsKilled() throws Exception {
    DirectorySink sink = new DirectorySink(directory);
    Archive archive = Archive.in(sink);
    EventSourcing events = closing(ArchiverProcess.library(provider, archive));
    Aggregate<Account, AccountCommand, AccountEvent> aggregate = Account.aggregate(NAME);
    Repository<Account, AccountCommand, AccountEvent> accounts = events.repository(aggregate);
    for (int i = 0; i < STREAMS * EVENTS; i++) {
      accounts.execute("a-" + i % STREAMS, new Deposit(i));
    }
    Projector<AccountEvent, Totals> totals = Projector.on(events, Totals.of(NAME));
    totals.catchUp();
    Map<String, Totals> rows = totals.rows();
    EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
    List<List<StreamEvent>> before = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      before.add(
          streams.readStream(new StreamId(NAME, "a-" + i), 1, Direction.FORWARDS, 100).events());
    }

    // One is killed behind each export of some streams, wherever it is then.
    Semaphore never = new Semaphore(0);
    for (int kill = 1; kill <= 4; kill++) {
      ChildJvm process = ArchiverProcess.launch(store.url(), NAME, directory);
      closing(process::kill);
      while (process.isAlive() && sink.list("").size() < kill * 4) {
        assertThat(never.tryAcquire(1, TimeUnit.MILLISECONDS)).isFalse();
      }
      process.kill();
    }
    ArchiveReport report =
        Archiver.of(events, archive, ArchivePolicy.keepingNewest(2)).run(aggregate);

    assertThat(report.refused()).isEmpty();
    for (int i = 0; i < STREAMS; i++) {
      StreamId stream = new StreamId(NAME, "a-" + i);
      List<StreamEvent> all = new ArrayList<>(archive.read(stream, 1, EVENTS - 2, 100));
      all.addAll(streams.readStream(stream, 1, Direction.FORWARDS, 100).events());
      assertThat(all).isEqualTo(before.get(i));
      assertThat(accounts.replay("a-" + i).until(5).run().version()).isEqualTo(5);
    }
    totals.rebuild();
    assertThat(totals.rows()).isEqualTo(rows);
    assertThat(totals.verify().differences()).isEmpty();
  }
}
