// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.streams.Account;
import dev.holdfast.streams.AccountCommand;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.StoreContract;
import dev.holdfast.streams.projection.Projector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old events leave the store, and are read where they went. */
abstract class ArchiveContract extends StoreContract {

  private static final String NAME = "account";
  private static final ArchivePolicy KEEP_THREE = ArchivePolicy.keepingNewest(3);

  @TempDir protected Path directory;
  private ArchiveSink sink;
  private Archive archive;
  private EventSourcing events;
  private Aggregate<Account, AccountCommand, AccountEvent> aggregate;
  private Repository<Account, AccountCommand, AccountEvent> accounts;

  /** Every projection of a store keeps events in it. */
  @Override
  protected boolean needsItsOwnStore() {
    return true;
  }

  @BeforeEach
  final void openBank() {
    sink = new DirectorySink(directory);
    archive = Archive.in(sink);
    events = closing(library());
    aggregate = Account.aggregate(NAME);
    accounts = events.repository(aggregate);
  }

  private EventSourcing library() {
    return EventSourcing.builder(provider)
        .snapshotEvery(0)
        .keepSnapshots(100)
        .pageSize(4)
        .archive(archive)
        .build();
  }

  private Archiver archiver(ArchivePolicy policy) {
    return Archiver.of(events, archive, policy);
  }

  /** Movements of two accounts, crosswise. */
  private void move(int count) {
    for (int i = 1; i <= count; i++) {
      accounts.execute("a-" + i % 2, new Deposit(i));
    }
  }

  private StreamInfo info(String id) {
    return provider.capability(EventStreams.class).orElseThrow().stream(new StreamId(NAME, id))
        .orElseThrow();
  }

  private List<StreamEvent> stored(String id) {
    return provider
        .capability(EventStreams.class)
        .orElseThrow()
        .readStream(new StreamId(NAME, id), 1, Direction.FORWARDS, 100)
        .events();
  }

  private List<Account> states(String id) {
    List<Account> states = new ArrayList<>();
    for (long version = 1; version <= info(id).lastVersion(); version++) {
      states.add(accounts.replay(id).until(version).run().state());
    }
    return states;
  }

  @Test
  @Promise("ES-37")
  void whatThePolicyLetsGoIsReadInTheArchive() {
    move(20);
    List<StreamEvent> before = stored("a-0");
    List<Account> states = states("a-0");
    assertThat(archiver(ArchivePolicy.olderThan(Duration.ofDays(1))).run(aggregate).events())
        .isZero();
    ArchiveReport dry = archiver(KEEP_THREE).dryRun(aggregate);
    assertThat(info("a-0").firstVersion()).isEqualTo(1);
    assertThat(directory).isEmptyDirectory();

    ArchiveReport report = archiver(KEEP_THREE).run(aggregate);

    assertThat(report).isEqualTo(dry);
    assertThat(report.archived())
        .containsExactly(
            new ArchiveReport.Archived(new StreamId(NAME, "a-0"), 1, 7),
            new ArchiveReport.Archived(new StreamId(NAME, "a-1"), 1, 7));
    assertThat(info("a-0").firstVersion()).isEqualTo(8);
    assertThat(archive.read(new StreamId(NAME, "a-0"), 1, 7, 100)).isEqualTo(before.subList(0, 7));
    assertThat(states("a-0")).isEqualTo(states);
    assertThat(accounts.replay("a-0").withoutSnapshots().run().state())
        .isEqualTo(accounts.load("a-0").state());
    // The store alone goes on from the snapshot.
    EventSourcing alone = closing(EventSourcing.on(store.openHandle()));
    assertThat(alone.repository(aggregate).load("a-0").state()).isEqualTo(states.getLast());
    // The next run goes on where this one ended, in the same chain of hashes.
    move(10);
    assertThat(archiver(KEEP_THREE).run(aggregate).events()).isEqualTo(10);
    assertThat(archiver(KEEP_THREE).run(aggregate).events()).isZero();
    assertThat(archiver(ArchivePolicy.olderThan(Duration.ofNanos(1_000))).run(aggregate).events())
        .isEqualTo(6);
    assertThat(accounts.load("a-1").version()).isEqualTo(15);
  }

  @Test
  @Promise("ES-37")
  void nothingGoesThatAProjectionOrAParkedEventNeeds() {
    Projector<AccountEvent, Totals> totals = Projector.on(events, Totals.of(NAME));
    move(8);
    accounts.execute("a-1", new Deposit(Totals.POISON));
    move(2);
    assertThat(totals.rows()).isEmpty();
    ArchiveReport behind = archiver(KEEP_THREE).run(aggregate);
    assertThat(behind.archived()).isEmpty();
    assertThat(behind.refused())
        .hasSize(2)
        .allMatch(refused -> refused.reason().contains("generation 1 of projection account is at"));
    assertThat(archiver(KEEP_THREE).dryRun(aggregate)).isEqualTo(behind);

    totals.catchUp();
    ArchivePolicy keepNone = ArchivePolicy.keepingNewest(0);
    ArchiveReport parked = archiver(keepNone).run(aggregate);
    assertThat(parked.archived()).extracting(each -> each.stream().id()).containsExactly("a-0");
    assertThat(parked.refused())
        .extracting(ArchiveReport.Refused::reason)
        .containsExactly(
            "version 5 is parked in generation 1 of projection account; retry or drop it there");
    totals.dropParked(totals.parked().getFirst().position());
    totals.retry();
    assertThat(archiver(keepNone).run(aggregate).archived()).hasSize(1);
    // A projection that needs none of it can be passed over.
    Projector<AccountEvent, Totals> other = Projector.on(events, Totals.of("other"));
    assertThat(other.rows()).isEmpty();
    move(2);
    totals.catchUp();
    assertThat(archiver(keepNone).run(aggregate).archived()).isEmpty();
    assertThat(archiver(keepNone).notWaitingFor("other").run(aggregate).archived()).hasSize(2);
  }

  @Test
  @Promise("ES-37")
  void rebuildsReadSinkAndStore() {
    Projector<AccountEvent, Totals> totals = Projector.on(events, Totals.of(NAME));
    move(20);
    accounts.invalidate("a-0", 2, "by mistake");
    totals.catchUp();
    Map<String, Totals> rows = totals.rows();
    archiver(KEEP_THREE).run(aggregate);
    assertThat(info("a-0").firstVersion()).isGreaterThan(1);

    assertThat(totals.verify().differences()).isEmpty();
    assertThat(totals.verify().events()).isEqualTo(19);
    assertThat(totals.rebuild().events()).isGreaterThanOrEqualTo(20);
    assertThat(totals.rows()).isEqualTo(rows);
    assertThat(totals.renew("a-0", "a-1")).isZero();
    // Without the archive that is refused, as ever.
    EventSourcing alone = closing(EventSourcing.on(store.openHandle()));
    Projector<AccountEvent, Totals> blind = Projector.on(alone, Totals.of(NAME));
    assertThatThrownBy(blind::rebuild).hasMessageContaining("archived");
  }

  /** What a later event is about stays with it. */
  @Test
  @Promise("ES-37")
  void anInvalidationKeepsWhatItIsAbout() {
    move(20);
    accounts.invalidate("a-0", 4, "by mistake");
    assertThat(archiver(KEEP_THREE).run(aggregate).archived())
        .extracting(ArchiveReport.Archived::through)
        .containsExactly(3L, 7L);
    EventSourcing alone = closing(EventSourcing.on(store.openHandle()));
    assertThat(alone.repository(aggregate).load("a-0").state())
        .isEqualTo(accounts.load("a-0").state());
  }

  @Test
  @Promise("ES-37")
  void whatTheSinkHasOtherwiseIsNamedAndNothingIsRemoved() throws IOException {
    move(20);
    archiver(ArchivePolicy.keepingNewest(6)).run(aggregate);
    String name = sink.list("account/a-0").getFirst();
    String text = sink.get(name).orElseThrow();
    sink.put(name, text.replace("{\\\"cents\\\":4}", "{\\\"cents\\\":5}"));
    archive.forget();
    assertThatThrownBy(() -> archive.read(new StreamId(NAME, "a-0"), 1, 4, 10))
        .isInstanceOf(ArchiveDamagedException.class)
        .hasMessageContaining(name + ", line 3: it is not what its hash was made of");
    assertThat(archiver(KEEP_THREE).run(aggregate).refused())
        .extracting(ArchiveReport.Refused::reason)
        .singleElement()
        .asString()
        .contains("line 3");
    assertThat(info("a-0").firstVersion()).isEqualTo(5);

    Files.delete(directory.resolve(name));
    assertThat(archiver(KEEP_THREE).run(aggregate).refused())
        .extracting(ArchiveReport.Refused::reason)
        .containsExactly(
            "versions 1 to 4 went earlier and are not in this archive; give the archive that has"
                + " them");
    assertThat(info("a-0").firstVersion()).isEqualTo(5);
    sink.put(name, text);
    assertThat(archiver(KEEP_THREE).run(aggregate).events()).isEqualTo(3);
  }

  @Test
  @Promise("ES-38")
  void snapshotsArePrunedButNeverTheOneOfAnArchive() {
    for (int i = 0; i < 6; i++) {
      move(2);
      accounts.snapshot("a-0");
    }
    accounts.snapshot("a-1");
    archiver(ArchivePolicy.keepingNewest(4)).run(aggregate);
    Archiver archiver = archiver(KEEP_THREE);
    assertThat(
            archiver.pruneSnapshots(
                aggregate, SnapshotPolicy.newest(0).andYoungerThan(Duration.ofDays(1))))
        .isEqualTo(new PrunedSnapshots(2, 0));
    assertThat(archiver.pruneSnapshots(aggregate, SnapshotPolicy.newest(2)))
        .isEqualTo(new PrunedSnapshots(2, 3));
    assertThat(versions("a-0")).containsExactly(6L, 5L, 2L);
    archiver.pruneSnapshots(aggregate, SnapshotPolicy.newest(0));
    assertThat(versions("a-0")).containsExactly(2L);
    assertThat(versions("a-1")).containsExactly(2L);
    // A later archiving relies on another one, and the former goes.
    archiver.run(aggregate);
    archiver.pruneSnapshots(aggregate, SnapshotPolicy.newest(0));
    assertThat(versions("a-0")).containsExactly(3L);
    assertThat(accounts.load("a-0").version()).isEqualTo(6);
  }

  private List<Long> versions(String id) {
    return provider
        .capability(Snapshots.class)
        .orElseThrow()
        .list(new StreamId(NAME, id), 100)
        .stream()
        .map(SnapshotInfo::version)
        .toList();
  }
}
