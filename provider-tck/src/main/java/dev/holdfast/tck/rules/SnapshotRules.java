// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.PutSnapshot;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.SnapshotStored;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Payloads;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Snapshots: states as of a version. */
@RuleFamily("SNAPSHOT")
final class SnapshotRules {

  private static final int HANDLES = 4;
  private static final int ROUNDS = 6;
  private static final String SCHEMA = "schema";

  /** A stream of as many events, with snapshots at some of its versions. */
  private static StreamId stream(StoreUnderTest store, Snapped a, int events, long... versions) {
    StreamId stream = Streamed.stream("stream " + store.nextNumber());
    a.streams().add(stream, events);
    for (long version : versions) {
      a.put(stream, version, SCHEMA);
    }
    return stream;
  }

  /**
   * Snapshots are offered where they are declared, and refused elsewhere.
   *
   * <p><b>Shape:</b> declared: found on every handle. Undeclared: not found, and every way that
   * carries one beside an append refuses both.
   */
  @Rule("SNAPSHOT-01")
  void snapshotsAreWhatIsDeclared(StoreUnderTest store) {
    boolean declared = store.declares(Feature.SNAPSHOTS);
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(
          "A capability is not what is declared.",
          declared,
          handle.provider().capability(Snapshots.class).isPresent());
    }
    if (declared) {
      return;
    }
    for (ChangeWay way : ChangeWay.all(store)) {
      StreamId stream = Streamed.stream("by " + way);
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      List<Change> list =
          List.of(Streamed.append(stream, 1), new PutSnapshot(Snapped.snapshot(stream, 1, SCHEMA)));
      carrier.carry(list).refused("A snapshot is not refused.", NotSupported.class);
      if (store.declares(Feature.EVENT_STREAMS)) {
        Expect.equal("Something was written.", 0L, Streamed.second(store).last(stream));
      }
      carrier.carry(List.of()).applied("The same without the snapshot was refused.");
    }
  }

  /**
   * A snapshot comes back as it was put.
   *
   * <p><b>Shape:</b> states of every kind of bytes, through both handles and after reopening, with
   * the store's time of the put.
   */
  @Rule("SNAPSHOT-02")
  void aSnapshotComesBack(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    List<Payload> states = Payloads.hostile();
    StreamId stream = stream(store, a, states.size());
    List<StoredSnapshot> stored = new ArrayList<>();
    for (int n = 0; n < states.size(); n++) {
      Snapshot snapshot = new Snapshot(stream, n + 1L, SCHEMA, states.get(n));
      Instant before = a.streams().calls().head().now();
      Expect.that("A new snapshot is told as an old one.", a.calls().put(snapshot));
      Instant after = a.streams().calls().head().now();
      StoredSnapshot found =
          Snapped.second(store).calls().latestAtOrBefore(stream, n + 1L, SCHEMA).orElseThrow();
      Expect.equal("A snapshot is not as it was put.", snapshot, found.snapshot());
      Expect.that(
          "A snapshot has not the store's time.",
          "between " + before + " and " + after,
          found.storedAt(),
          !found.storedAt().isBefore(before) && !found.storedAt().isAfter(after));
      stored.add(found);
      store.moveTime(store.tick());
    }
    store.reopen();
    Snapped again = Snapped.first(store);
    for (StoredSnapshot one : stored) {
      Expect.equal(
          "A snapshot is another one after reopening.",
          Optional.of(one),
          again.calls().latestAtOrBefore(stream, one.snapshot().version(), SCHEMA));
    }
    List<SnapshotInfo> infos = again.calls().list(stream, Streamed.PAGE);
    Expect.equal(
        "A list has other sizes.",
        states.reversed().stream().map(Payload::size).toList(),
        infos.stream().map(SnapshotInfo::size).toList());
  }

  /**
   * The greatest version at or below the bound is found.
   *
   * <p><b>Shape:</b> snapshots at 10, 20 and 30 of 35 events, bounds around each, and the largest
   * long; none below the first, and of an unknown stream.
   */
  @Rule("SNAPSHOT-03")
  void theLatestAtOrBeforeIsFound(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    StreamId stream = stream(store, a, 35, 10, 20, 30);
    for (Snapped through : List.of(a, Snapped.second(store))) {
      for (long bound : new long[] {0, 9, 10, 11, 19, 20, 21, 29, 30, 35, 36, Long.MAX_VALUE}) {
        long expected = bound < 10 ? 0 : Math.min(bound / 10 * 10, 30);
        Expect.equal(
            "Another snapshot is found at " + bound + ".",
            expected,
            through.latest(stream, bound, SCHEMA));
      }
      Expect.equal(
          "An unknown stream has one.", 0L, through.latest(Streamed.stream("no"), 9, SCHEMA));
    }
    Expect.invalid(
        "A negative bound was taken.", () -> a.calls().latestAtOrBefore(stream, -1, SCHEMA));
    Expect.invalid("A wrong limit was taken.", () -> a.calls().list(stream, 0));
  }

  /**
   * An older snapshot that is put later neither replaces nor hides a newer one.
   *
   * <p><b>Shape:</b> 20, 10, 30 and 15 in that order, and together from several handles: all are
   * there, each once, newest first.
   */
  @Rule("SNAPSHOT-04")
  void anOlderOneHidesNothing(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    StreamId stream = stream(store, a, 35, 20, 10, 30, 15);
    Expect.equal("Snapshots are missing.", List.of(30L, 20L, 15L, 10L), a.versions(stream, SCHEMA));
    Expect.equal("A newer one is hidden.", 30L, a.latest(stream, 35, SCHEMA));
    Expect.equal("An older one is hidden.", 15L, a.latest(stream, 19, SCHEMA));
    List<Snapped> handles = Snapped.several(store, HANDLES);
    StreamId other = stream(store, a, 35);
    Together.times(
        2 * HANDLES,
        n ->
            Contention.repeated(() ->
                handles
                    .get(n % HANDLES)
                    .calls()
                    .put(Snapped.snapshot(other, 1 + n * 5L % 8, SCHEMA))));
    Expect.equal("Snapshots are missing.", Streamed.upTo(8).reversed(), a.versions(other, SCHEMA));
  }

  /**
   * Of two snapshots of one version the first stays.
   *
   * <p><b>Shape:</b> equal and other state, one after another, in a list, and together: one row,
   * and one is told that it was stored.
   */
  @Rule("SNAPSHOT-05")
  void theFirstStays(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    StreamId stream = stream(store, a, 9, 3);
    Snapshot other = new Snapshot(stream, 3, SCHEMA, Payload.utf8("other"));
    for (Snapshot again : List.of(Snapped.snapshot(stream, 3, SCHEMA), other)) {
      Expect.that("A second snapshot is told as stored.", !a.calls().put(again));
      Expect.equal("The first snapshot is gone.", 3L, a.latest(stream, 9, SCHEMA));
    }
    List<ChangeResult> results =
        a.streams()
            .changes()
            .apply(
                List.of(
                    new PutSnapshot(Snapped.snapshot(stream, 4, SCHEMA)),
                    new PutSnapshot(new Snapshot(stream, 4, SCHEMA, Payload.empty()))));
    Expect.equal(
        "A list stores both.",
        List.<ChangeResult>of(new SnapshotStored(true), new SnapshotStored(false)),
        results);
    Expect.equal("The first snapshot is gone.", 4L, a.latest(stream, 9, SCHEMA));
    List<Snapped> handles = Snapped.several(store, HANDLES);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      StreamId raced = stream(store, a, 2);
      List<Boolean> answers =
          Together.times(
              2 * HANDLES,
              n ->
                  Contention.repeated(() ->
                      handles.get(n % HANDLES).calls().put(Snapped.snapshot(raced, 2, SCHEMA))));
      Expect.equal(
          "Not exactly one was stored.", 1L, answers.stream().filter(stored -> stored).count());
      Expect.equal("A snapshot stands twice.", List.of(2L), a.versions(raced, SCHEMA));
    }
  }

  /**
   * A put whose answer is lost is safe to repeat.
   *
   * <p><b>Shape:</b> a put, disturbed at and around every statement and commit, then again: one is
   * there.
   */
  @Rule("SNAPSHOT-05")
  void aLostPutIsRepeated(StoreUnderTest store) {
    Snapped.requireDeclared(store);
    DisturbedCall.everywhere(
        store,
        under -> {
          Snapped a = Snapped.first(under);
          StreamId stream = stream(under, a, 2);
          return new DisturbedCall(
              "put",
              Form.SINGLE,
              List.of(),
              () -> a.calls().put(Snapped.snapshot(stream, 2, SCHEMA)),
              answer ->
                  Expect.equal(
                      "A snapshot stands twice, or not.",
                      List.of(2L),
                      Snapped.second(under).versions(stream, SCHEMA)));
        },
        SnapshotRules::expectRetryable);
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  /**
   * A version that the stream has not reached is refused.
   *
   * <p><b>Shape:</b> the last version and one, a clock's milliseconds, an unknown stream, and one
   * that a refused list would have made; behind the append that makes it, it is stored.
   */
  @Rule("SNAPSHOT-06")
  void aVersionThatIsNotReachedIsRefused(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    StreamId stream = stream(store, a, 5, 5);
    for (long version : List.of(6L, System.currentTimeMillis(), Long.MAX_VALUE)) {
      VersionConflict conflict =
          Expect.thrown(
              "A version that is not there has a snapshot.",
              VersionConflict.class,
              () -> a.calls().put(Snapped.snapshot(stream, version, SCHEMA)));
      Expect.equal("A conflict found another version.", 5L, conflict.foundVersion());
    }
    StreamId unknown = Streamed.stream("unknown");
    VersionConflict missing =
        Expect.thrown(
            "A stream that is not there has a snapshot.",
            VersionConflict.class,
            () -> a.calls().put(Snapped.snapshot(unknown, 1, SCHEMA)));
    Expect.equal("A conflict found another version.", 0L, missing.foundVersion());
    Expect.invalid("Version 0 was taken.", () -> Snapped.snapshot(stream, 0, SCHEMA));
    List<Change> undone =
        List.of(Streamed.append(stream, 1), Streamed.append(stream, Expected.noStream(), 1));
    Expect.thrown(
        "A bad list was taken.", VersionConflict.class, () -> a.streams().changes().apply(undone));
    Expect.thrown(
        "A version that was undone has a snapshot.",
        VersionConflict.class,
        () -> a.calls().put(Snapped.snapshot(stream, 6, SCHEMA)));
    Expect.equal("A refused snapshot is there.", List.of(5L), a.versions(stream, SCHEMA));
    a.streams()
        .changes()
        .apply(
            List.of(
                Streamed.append(stream, 1), new PutSnapshot(Snapped.snapshot(stream, 6, SCHEMA))));
    Expect.equal("A snapshot is missing.", 6L, a.latest(stream, 9, SCHEMA));
    Expect.equal(
        "An unknown stream came to be.", Optional.empty(), a.streams().calls().stream(unknown));
  }

  /**
   * Schemas compare exactly, and share nothing.
   *
   * <p><b>Shape:</b> names that differ in case, a blank or a digit, with states at the same
   * versions: reads and prune of one never touch another.
   */
  @Rule("SNAPSHOT-07")
  void schemasShareNothing(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    StreamId stream = stream(store, a, 9);
    List<String> schemas = List.of("state", "State", "state ", "state1", "state2", "%", "_");
    for (int n = 0; n < schemas.size(); n++) {
      a.put(stream, 2, schemas.get(n));
      a.put(stream, n + 3L, schemas.get(n));
    }
    for (int n = 0; n < schemas.size(); n++) {
      Expect.equal(
          "A schema has another one's.", List.of(n + 3L, 2L), a.versions(stream, schemas.get(n)));
      Expect.equal("A schema has another one's.", n + 3L, a.latest(stream, 9, schemas.get(n)));
    }
    Expect.equal("Not one went.", 1, a.calls().prune(stream, "state", 1));
    Expect.equal("An unknown schema has some.", 0, a.calls().prune(stream, "stat", 0));
    for (int n = 1; n < schemas.size(); n++) {
      Expect.equal(
          "Another schema was pruned.", List.of(n + 3L, 2L), a.versions(stream, schemas.get(n)));
    }
  }

  /**
   * A snapshot shares the fate of what it is put with.
   *
   * <p><b>Shape:</b> an append with its snapshot, by every way: a bad part refuses both; corrected,
   * both are there. Cut off and killed they are by the rules of CHANGE, for every kind of change.
   */
  @Rule("SNAPSHOT-08")
  void aSnapshotSharesTheFate(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      StreamId stream = Streamed.stream("by " + way);
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      List<Change> good =
          List.of(
              Streamed.append(stream, Expected.noStream(), 2),
              new PutSnapshot(Snapped.snapshot(stream, 2, SCHEMA)));
      List<Change> bad = new ArrayList<>(good);
      bad.add(new PutSnapshot(Snapped.snapshot(stream, 3, SCHEMA)));
      VersionConflict conflict =
          carrier.carry(bad).refused("A bad list was taken.", VersionConflict.class);
      Expect.equal("An error names another place.", 2, conflict.changeIndex());
      if (way.isAck()) {
        Expect.that("A bad part was accepted.", carrier.carryWithBadPart(good).error() != null);
      }
      Expect.equal("A refused call stored something.", List.of(), a.calls().list(stream, 9));
      Expect.equal("A refused call stored something.", 0L, a.streams().last(stream));
      carrier.carry(good).applied("The corrected call was refused.");
      Expect.equal("A snapshot is missing.", 2L, Snapped.second(store).latest(stream, 9, SCHEMA));
      Expect.equal("An append is missing.", 2L, a.streams().last(stream));
    }
  }

  /**
   * A prune keeps the newest.
   *
   * <p><b>Shape:</b> keep 5, 3, 1 and 0 of four, of one schema; another schema and stream stay; a
   * negative number is refused; together with puts nothing that returned later is missing.
   */
  @Rule("SNAPSHOT-09")
  void aPruneKeepsTheNewest(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    StreamId other = stream(store, a, 9, 1, 2);
    for (int keep : List.of(5, 3, 1, 0)) {
      StreamId stream = stream(store, a, 9, 2, 8, 4, 6);
      a.put(stream, 1, "another");
      Expect.equal("Others went.", Math.max(0, 4 - keep), a.calls().prune(stream, SCHEMA, keep));
      Expect.equal(
          "Not the newest stay.",
          List.of(8L, 6L, 4L, 2L).subList(0, Math.min(keep, 4)),
          a.versions(stream, SCHEMA));
      Expect.equal("A prune takes more than once.", 0, a.calls().prune(stream, SCHEMA, keep));
      Expect.equal("Another schema was pruned.", List.of(1L), a.versions(stream, "another"));
    }
    Expect.equal("Another stream was pruned.", List.of(2L, 1L), a.versions(other, SCHEMA));
    Expect.equal(
        "An unknown stream has some.", 0, a.calls().prune(Streamed.stream("no"), SCHEMA, 0));
    Expect.invalid("A negative number was taken.", () -> a.calls().prune(other, SCHEMA, -1));
    StreamId busy = stream(store, a, 60);
    Snapped b = Snapped.second(store);
    Meanwhile.all(
        30,
        round -> {
          Contention.repeated(() -> a.calls().put(Snapped.snapshot(busy, round + 1L, SCHEMA)));
          Expect.equal(
              "A snapshot that was put is missing.", round + 1L, a.latest(busy, 60, SCHEMA));
        },
        () -> Contention.repeated(() -> b.calls().prune(busy, SCHEMA, 2)));
    b.calls().prune(busy, SCHEMA, 2);
    Expect.equal("Not the newest stay.", List.of(30L, 29L), a.versions(busy, SCHEMA));
  }

  /**
   * Snapshots decide nothing.
   *
   * <p><b>Shape:</b> the same appends, keys and conflicts on two stores, on one of them with
   * snapshots put and pruned throughout: answers and streams are equal.
   */
  @Rule("SNAPSHOT-11")
  void snapshotsDecideNothing(StoreUnderTest store, StoreUnderTest plain) {
    Snapped with = Snapped.first(store);
    Streamed without = Streamed.first(plain);
    StreamId stream = Streamed.stream("stream");
    for (int n = 0; n < 20; n++) {
      Expected expected = n % 4 == 3 ? Expected.exactly(n % 8) : Expected.any();
      var append = Streamed.append(stream, expected, 1 + n % 2).withKey("key " + n % 15);
      Expect.equal(
          "An append is answered otherwise beside snapshots.",
          outcome(without, append),
          outcome(with.streams(), append));
      with.calls()
          .put(Snapped.snapshot(stream, Math.max(1, with.streams().last(stream) - 1), SCHEMA));
      if (n % 5 == 4) {
        with.calls().prune(stream, SCHEMA, n % 3);
      }
    }
    Expect.equal(
        "A stream is another one beside snapshots.",
        without.all(stream).stream().map(StreamEvent::content).map(event -> event.type()).toList(),
        with.streams().all(stream).stream()
            .map(StreamEvent::content)
            .map(event -> event.type())
            .toList());
  }

  private static List<Object> outcome(Streamed through, AppendEvents append) {
    try {
      var appended = through.calls().append(append);
      return List.of(appended.firstVersion(), appended.lastVersion(), appended.repeated());
    } catch (ProviderError.Permanent refused) {
      return List.of(refused.getClass());
    }
  }

  /**
   * A snapshot that cannot be read blocks nothing else.
   *
   * <p><b>Shape:</b> the oldest is damaged: asked for, it is told by stream, schema and version;
   * newer ones, other schemas, appends, puts and prune go on.
   */
  @Rule("SNAPSHOT-12")
  void aDamagedSnapshotBlocksNothing(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    WhiteBox box = store.whiteBox();
    if (!box.corrupts(RowKind.SNAPSHOT)) {
      throw new NotMeasured(FixturePart.WHITE_BOX, RowKind.SNAPSHOT.name());
    }
    StreamId stream = stream(store, a, 9, 3, 6);
    a.put(stream, 5, "another");
    box.corrupt(RowKind.SNAPSHOT, stream.id());
    for (Snapped through : List.of(a, Snapped.second(store))) {
      CorruptData corrupt =
          Expect.thrown(
              "A damaged snapshot was read.",
              CorruptData.class,
              () -> through.calls().latestAtOrBefore(stream, 4, SCHEMA));
      String text = String.valueOf(corrupt.getMessage());
      Expect.that(
          "The error does not name stream, schema and version.",
          stream + ", " + SCHEMA + " and 3",
          text,
          text.contains(stream.toString()) && text.contains(SCHEMA) && text.contains("3"));
      Expect.equal("A newer one is not found.", 6L, through.latest(stream, 9, SCHEMA));
      Expect.equal("An older bound finds something.", 0L, through.latest(stream, 2, SCHEMA));
      Expect.equal("Another schema is not found.", 5L, through.latest(stream, 9, "another"));
    }
    a.put(stream, 7, SCHEMA);
    Expect.that("A damaged one is put again.", !a.calls().put(Snapped.snapshot(stream, 3, SCHEMA)));
    Expect.equal("An append is refused.", 10L, a.streams().add(stream, 1).lastVersion());
    Expect.equal("A damaged one is not pruned.", 2, a.calls().prune(stream, SCHEMA, 1));
    Expect.equal("A snapshot is missing.", 7L, a.latest(stream, 9, SCHEMA));
  }

  /**
   * Finding one costs the same, however many there are.
   *
   * <p><b>Shape:</b> on a warm handle, beside few and beside hundreds: as many statements, round
   * trips and rows.
   */
  @Rule("SNAPSHOT-13")
  void findingOneCostsTheSame(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    StatementCounter counter = store.statements();
    StreamId stream = stream(store, a, 500, 1, 2);
    cost(a, counter, stream);
    Traffic few = cost(a, counter, stream);
    List<Change> many = new ArrayList<>();
    for (long version = 3; version <= 400; version++) {
      many.add(new PutSnapshot(Snapped.snapshot(stream, version, SCHEMA)));
    }
    a.streams().changes().apply(many);
    cost(a, counter, stream);
    Expect.equal("Finding one costs more beside others.", few, cost(a, counter, stream));
  }

  private static Traffic cost(Snapped a, StatementCounter counter, StreamId stream) {
    Traffic before = counter.soFar();
    a.latest(stream, 500, SCHEMA);
    return counter.soFar().since(before);
  }
}
