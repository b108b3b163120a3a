// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What is declared, and how generations begin. */
@RuleFamily("PROJECTION")
final class ProjectionRules {

  private static final int HANDLES = 4;
  private static final int CALLERS = 8;
  private static final int ROUNDS = 4;
  private static final int FEWEST_SHARDS = 16;
  private static final String NAME = "totals";

  /**
   * Projections are offered where they are declared, and refused elsewhere.
   *
   * <p><b>Shape:</b> declared: found on every handle. Undeclared: not found, and every way that
   * carries an update beside an append refuses both.
   */
  @Rule("PROJECTION-01")
  void projectionsAreWhatIsDeclared(StoreUnderTest store) {
    boolean declared = store.declares(Feature.PROJECTIONS);
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(
          "A capability is not what is declared.",
          declared,
          handle.provider().capability(Projections.class).isPresent());
    }
    if (declared) {
      Projected.first(store).create(NAME, 0);
    }
    for (ChangeWay way : ChangeWay.all(store)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      String key = "by " + way;
      List<Change> list =
          List.of(
              Streamed.append(Streamed.stream(key), 1),
              Projected.inline(NAME, Projected.put(key, way)));
      if (declared) {
        carrier.carry(list).applied("An update was refused, by " + way + ".");
        Expect.equal(
            "A row is missing.", way.name(), Projected.second(store).value(NAME, null, key));
        continue;
      }
      carrier.carry(list).refused("An update is not refused.", NotSupported.class);
      if (store.declares(Feature.EVENT_STREAMS)) {
        Expect.equal(
            "Something was written.", 0L, Streamed.second(store).last(Streamed.stream(key)));
      }
      carrier.carry(List.of()).applied("The same without the update was refused.");
    }
  }

  /**
   * The connection form is refused where callers' connections do not reach the store.
   *
   * <p><b>Shape:</b> where TRANSACTIONAL_ENQUEUE is not declared, an update through a connection
   * that counts what it is asked: NotSupported, and nothing was asked.
   */
  @Rule("PROJECTION-01")
  void theConnectionFormIsRefusedBeforeTheConnectionIsUsed(StoreUnderTest store) {
    Projected a = Projected.first(store);
    if (store.declares(Feature.TRANSACTIONAL_ENQUEUE)) {
      return;
    }
    a.create(NAME, 0);
    AtomicInteger asked = new AtomicInteger();
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                ProjectionRules.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  if (method.getDeclaringClass() == Object.class) {
                    return method.getName().equals("hashCode") ? (Object) 1 : "a connection";
                  }
                  asked.incrementAndGet();
                  throw new SQLException("no caller's connection reaches this store");
                });
    NotSupported refused =
        Expect.thrown(
            "A connection was accepted.",
            NotSupported.class,
            () -> a.calls().update(connection, Projected.inline(NAME), null));
    Expect.equal("Another feature is missed.", Feature.TRANSACTIONAL_ENQUEUE, refused.feature());
    Expect.equal("The connection was used.", 0, asked.get());
  }

  /**
   * A generation follows the one that its creator knows as the newest.
   *
   * <p><b>Shape:</b> create on 0, on the newest, on an older one and on one that never was; the
   * first is live, later ones are not; names are listed in code point order.
   */
  @Rule("PROJECTION-02")
  void aGenerationFollowsTheNewest(StoreUnderTest store) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    Expect.equal("An unknown name is there.", Optional.empty(), b.calls().projection(NAME));
    Expect.equal("The first generation is another one.", 1, a.create(NAME, 0));
    expectGenerations(b, 1, 1, 1);
    for (int known : List.of(0, 2, 7)) {
      expectConflict(known, 1, known == 0 ? a : b);
    }
    Expect.equal("The next generation is another one.", 2, b.create(NAME, 1));
    Expect.equal("The next generation is another one.", 3, a.create(NAME, 2));
    expectGenerations(a, 1, 3, 1, 2, 3);
    for (int known : List.of(0, 1, 2, 4)) {
      expectConflict(known, 3, b);
    }
    expectGenerations(b, 1, 3, 1, 2, 3);
    Expect.invalid("A negative number was taken.", () -> a.create(NAME, -1));
    Expect.invalid("A bad name was taken.", () -> a.create("", 0));
    a.create("Totals", 0);
    a.create("\uD83D\uDE00", 0);
    a.create("\uFFFD", 0);
    Expect.equal(
        "Names are not listed in order.",
        List.of("Totals", NAME, "\uFFFD", "\uD83D\uDE00"),
        b.calls().projections());
  }

  private static void expectConflict(int known, int newest, Projected through) {
    VersionConflict conflict =
        Expect.thrown(
            "A generation was made on " + known + ".",
            VersionConflict.class,
            () -> through.create(NAME, known));
    Expect.equal("A conflict found another number.", (long) newest, conflict.foundVersion());
    Expect.equal("A conflict expected another number.", (long) known, conflict.expectedVersion());
    Expect.that(
        "A conflict does not name its projection.",
        "with " + NAME,
        conflict.subject(),
        conflict.subject().contains(NAME));
  }

  private static void expectGenerations(Projected through, int live, int newest, Integer... all) {
    ProjectionInfo info = through.info(NAME);
    Expect.equal("Another generation is live.", live, info.live());
    Expect.equal("Another generation is newest.", newest, info.newest());
    Expect.equal(
        "Other generations are there.",
        List.of(all),
        info.generations().stream().map(GenerationInfo::generation).toList());
  }

  /**
   * Of creators that know the same one wins.
   *
   * <p><b>Shape:</b> together, eight callers on four handles, for a new name and for the next
   * generation, many rounds: one makes it, the others are told its number.
   */
  @Rule("PROJECTION-02")
  void ofEqualCreatorsOneWins(StoreUnderTest store) {
    List<Projected> handles = Projected.several(store, HANDLES);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String name = "projection " + round;
      for (int newest = 0; newest < 3; newest++) {
        int known = newest;
        List<Object> answers =
            Together.times(CALLERS, n -> create(handles.get(n % HANDLES), name, known));
        Expect.equal(
            "Not exactly one caller has made it.", 1, Collections.frequency(answers, known + 1));
        Expect.equal(
            "The others were told another number.",
            CALLERS - 1,
            Collections.frequency(answers, "found " + (known + 1)));
      }
      Expect.equal("Another one is live.", 1, handles.get(0).info(name).live());
    }
  }

  private static Object create(Projected through, String name, int known) {
    try {
      return Contention.repeated(() -> through.create(name, known));
    } catch (VersionConflict conflict) {
      return "found " + conflict.foundVersion();
    }
  }

  /**
   * A generation begins empty, where it is told to.
   *
   * <p><b>Shape:</b> from the start, the middle and the head, with one shard and with the most;
   * beyond the head, and with shards out of range, it is refused and nothing is there.
   */
  @Rule("PROJECTION-03")
  void aGenerationBeginsEmpty(StoreUnderTest store) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    LogPosition middle = a.streams().add(Streamed.stream("s"), 3).firstPosition();
    int most = a.streams().calls().limits().maxShards();
    Expect.above("There are too few shards.", FEWEST_SHARDS - 1L, most);
    int newest = 0;
    for (LogPosition start : List.of(LogPosition.START, middle, a.head())) {
      for (int shards : List.of(1, 3, most)) {
        Expect.equal(
            "Another number was made.",
            ++newest,
            a.calls().create(NAME, newest - 1, shards, start));
        Expect.equal(
            "A generation begins elsewhere.",
            Collections.nCopies(shards, start),
            b.checkpoints(NAME, newest));
        Expect.equal("A generation begins with rows.", List.of(), b.all(NAME, newest));
        Expect.equal(
            "A row has other checkpoints.",
            Collections.nCopies(shards, start),
            b.calls().row(NAME, newest, "row").checkpoints());
        Expect.equal(
            "A generation begins with parked events.",
            List.of(),
            b.calls().parked(NAME, newest, LogPosition.START, 10));
      }
    }
    List<Object> before = a.snapshot(NAME);
    int known = newest;
    LogPosition far = Projected.behind(a.head());
    Expect.invalid(
        "A start behind the head was taken.", () -> a.calls().create(NAME, known, 1, far));
    Expect.invalid("A start behind the head was taken.", () -> a.calls().create("new", 0, 1, far));
    for (int shards : List.of(-1, 0, most + 1)) {
      Expect.invalid(
          shards + " shards were taken.",
          () -> a.calls().create(NAME, known, shards, LogPosition.START));
    }
    Expect.equal("A refused call made something.", before, a.snapshot(NAME));
    Expect.equal("A refused call made something.", List.of(NAME), a.calls().projections());
  }

  /**
   * The number of a generation is never used again.
   *
   * <p><b>Shape:</b> drop the newest one, which had rows; the next one has one more, no rows, and
   * an update of the former is NotFound.
   */
  @Rule("PROJECTION-03")
  void aNumberIsNeverUsedAgain(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    a.create(NAME, 1);
    a.update(a.staying(NAME, 2, Projected.put("row", "of two")));
    Expect.equal("Not all was dropped.", new DropStep(1, true), a.calls().drop(NAME, 2, 10));
    expectGenerations(Projected.second(store), 1, 2, 1);
    expectConflict(1, 2, Projected.second(store));
    Expect.equal("A number was used again.", 3, a.create(NAME, 2));
    Expect.equal("Rows of a dropped one came back.", List.of(), a.all(NAME, 3));
    a.refused(
        "A dropped generation was updated.",
        NotFound.class,
        Projected.moving(NAME, 2, LogPosition.START, LogPosition.START));
    expectGenerations(a, 1, 3, 1, 3);
  }

  /**
   * Generations share nothing but the name.
   *
   * <p><b>Shape:</b> the same keys in two generations with other values; updates, removals,
   * checkpoints and parked events of one: the other and the live reads are unchanged.
   */
  @Rule("PROJECTION-15")
  void generationsShareNothing(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    a.create(NAME, 1);
    a.create("another", 0);
    var event = a.streams().add(Streamed.stream("s"), 2);
    a.update(Projected.inline(NAME, Projected.put("one", "1"), Projected.put("two", "1")));
    a.update(Projected.inline("another", Projected.put("one", "other")));
    List<Object> live = a.snapshot(NAME).subList(1, 3);
    List<Object> another = a.snapshot("another");
    Expect.equal("A generation has another one's rows.", List.of(), a.all(NAME, 2));
    a.update(a.staying(NAME, 2, Projected.put("one", "2"), Projected.put("three", "2")));
    a.update(
        Projected.moving(
            NAME, 2, LogPosition.START, event.firstPosition(), RowChange.remove("two")));
    var parked = a.streams().all(Streamed.stream("s")).getFirst();
    a.update(a.parking(NAME, 2, List.of(ParkedEvent.of(parked, 1, "no")), List.of()));
    Projected b = Projected.second(store);
    Expect.equal("A generation was changed with another.", live, b.snapshot(NAME).subList(1, 3));
    Expect.equal("A projection was changed with another.", another, b.snapshot("another"));
    Expect.equal("A live read shows another one.", "1", b.value(NAME, null, "one"));
    Expect.equal("A row is missing.", "2", b.value(NAME, 2, "one"));
    Expect.equal("A generation has another one's row.", null, b.value(NAME, 2, "two"));
    Expect.equal("A generation has another one's row.", null, b.value(NAME, 1, "three"));
    Expect.equal(
        "A checkpoint moved with another.",
        List.of(List.of(LogPosition.START), List.of(event.firstPosition())),
        List.of(b.checkpoints(NAME, 1), b.checkpoints(NAME, 2)));
  }

  /**
   * What names a projection or generation that is not there is not found.
   *
   * <p><b>Shape:</b> every read and update of an unknown projection and of an unknown generation;
   * wrong arguments are refused.
   */
  @Rule("PROJECTION-15")
  void whatIsNotThereIsNotFound(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    for (var unknown : List.of(Map.entry("no", 1), Map.entry(NAME, 2))) {
      String name = unknown.getKey();
      int generation = unknown.getValue();
      String what = "What is not there was found.";
      Expect.thrown(what, NotFound.class, () -> a.calls().row(name, generation, "row"));
      Expect.thrown(what, NotFound.class, () -> a.all(name, generation));
      Expect.thrown(
          what, NotFound.class, () -> a.calls().parked(name, generation, LogPosition.START, 10));
      a.refused(
          what,
          NotFound.class,
          Projected.moving(name, generation, LogPosition.START, LogPosition.START));
      a.refused(what, NotFound.class, UpdateProjection.inline(name, generation, List.of()));
      Expect.thrown(
          what, NotFound.class, () -> a.calls().makeLive(name, generation, 1, LogPosition.START));
    }
    Expect.thrown("No one is live.", NotFound.class, () -> a.calls().row("no", null, "row"));
    Expect.thrown("No one is live.", NotFound.class, () -> a.all("no", null));
    Expect.thrown(
        "A bad key was taken.", InvalidRequest.class, () -> a.calls().row(NAME, null, ""));
    Expect.thrown("A bad number was taken.", InvalidRequest.class, () -> a.all(NAME, 0));
    for (int limit : List.of(0, a.streams().calls().limits().maxPageSize() + 1)) {
      Expect.invalid(
          "A page of " + limit + " was read.",
          () -> a.calls().rows(new RowRead(NAME, null, null, null, limit)));
      Expect.invalid(
          "A page of " + limit + " was read.",
          () -> a.calls().parked(NAME, 1, LogPosition.START, limit));
    }
  }
}
