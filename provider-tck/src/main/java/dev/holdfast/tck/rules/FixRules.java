// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.History;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.fixture.WhiteBox.StoredRow;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.FixtureUnderTest;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** The fixture itself: a wrong fixture says nothing about a provider. */
@RuleFamily("FIX")
final class FixRules {

  private static final int STORES_AT_ONCE = 8;
  private static final int TICKS_PER_LOCK = 5;

  /**
   * A fresh store is empty.
   *
   * <p><b>Shape:</b> fetch from both queues, read some ids, list instances and depths, read the
   * stored rows.
   */
  @Rule("FIX-01")
  void aFreshStoreIsEmpty(StoreUnderTest store) {
    for (Handle handle : List.of(store.first(), store.second())) {
      handle.fetchNone("A fresh store delivers an instance.");
      handle.fetchNoActivity("A fresh store delivers an activity.");
      for (String id : List.of("order", "other", "parent", "child", "order-1")) {
        Expect.equal(
            "A fresh store knows an execution of " + id + ".",
            OptionalLong.empty(),
            handle.provider().latestExecutionId(id));
        Expect.equal(
            "A fresh store has a history of " + id + ".",
            History.empty(),
            handle.provider().readHistory(id, 1, 0, Handle.ALL));
      }
    }
    store
        .adminIfDeclared()
        .ifPresent(admin -> {
          Expect.none(
              "A fresh store lists instances.",
              admin.list(InstanceQuery.firstPage(InstanceFilter.all(), 10)).rows());
          Expect.equal("A fresh store has messages.", 0L, admin.queueDepths().messages().total());
          Expect.equal(
              "A fresh store has activities.", 0L, admin.queueDepths().activities().total());
        });
    store.whiteBoxIfOffered().ifPresent(box -> Expect.none("A fresh store has rows.", box.rows()));
  }

  /**
   * Two fresh stores share nothing.
   *
   * <p><b>Shape:</b> the same instance id in both, with different starts; each delivers its own. A
   * fetch waits in one while the other gets work.
   */
  @Rule("FIX-02")
  void twoFreshStoresShareNothing(StoreUnderTest store, StoreUnderTest other) {
    store.first().enqueue(Sample.start("order", "of the first", null));
    other.first().enqueue(Sample.start("order", "of the second", null));

    OrchestrationItem earlier = store.first().fetchOne("order");
    OrchestrationItem later = other.first().fetchOne("order");
    Expect.equal("A store delivers what is in another.", "of the first", earlier.name());
    Expect.equal("A store delivers what is in another.", "of the second", later.name());
    store.first().turn(earlier).name("of the first").event(1).apply();
    Expect.none("A store has the history of another.", other.first().history("order", 1));
    other.first().turn(later).name("of the second").apply();

    Duration wait = store.pace().prompt();
    OrchestrationFetch waiting = OrchestrationFetch.of(1, store.lockFor()).withWaitUpTo(wait);
    try (Parked<List<OrchestrationItem>> parked =
        Parked.call(store.pace(), () -> other.first().fetch(waiting))) {
      store.first().poke("order");
      Expect.none("Work in one store was delivered in another.", parked.answer());
    }
  }

  /**
   * A second handle reaches the same store through connections of its own.
   *
   * <p><b>Shape:</b> start through A; fetch and ack through B; close A; go on with B.
   */
  @Rule("FIX-03")
  void aSecondHandleReachesTheSameStore(StoreUnderTest store) {
    store.first().start("order");
    store.second().turn(store.second().fetchOne("order")).name(Sample.NAME).event(1).apply();

    store.first().close();

    store.second().poke("order");
    OrchestrationItem item = store.second().fetchOne("order");
    Expect.equal("The second handle lost the history.", 1L, item.history().lastEventId());
    store.second().finish(item);
  }

  /**
   * The provider under test is the one that was named.
   *
   * <p><b>Shape:</b> compare id and version of A and B with what the fixture says.
   */
  @Rule("FIX-04")
  void theProviderIsTheNamedOne(StoreUnderTest store, FixtureUnderTest f) {
    for (Handle handle : List.of(store.first(), store.second())) {
      ProviderInfo info = handle.provider().info();
      Expect.equal(
          "The fixture opens another provider than it names.",
          f.fixture().provider(),
          new ProviderIdentity(info.id(), info.version()));
    }
  }

  /**
   * The provider of a child JVM is the one that was named.
   *
   * <p><b>Shape:</b> a child opens the store through its crash target and says id and version.
   */
  @Rule("FIX-04")
  void theProviderOfAChildIsTheNamedOne(StoreUnderTest store, FixtureUnderTest f) {
    try (ChildJvm child = ChildJvm.start(store.crashTarget(), Task.IDENTITY)) {
      ProviderIdentity named = f.fixture().provider();
      Expect.equal(
          "A child JVM opens another provider than the fixture names.",
          named.id() + " " + named.version(),
          child.line("identity"));
    }
  }

  /**
   * Time control moves the one deciding clock, by exactly the amount asked, for all handles.
   *
   * <p><b>Shape:</b> a start that is due in D: nothing for A and B just before D; a tick later both
   * are given it.
   */
  @Rule("FIX-05")
  void timeControlMovesTheOneClock(StoreUnderTest store) {
    TimeControl control = store.timeControl();
    Duration due = Duration.ofMinutes(90).plusNanos(1_000);
    store.first().start("order");
    store.first().turn(store.first().fetchOne("order")).name(Sample.NAME).apply();
    store.first().timer("order", due);
    Instant before = control.now();

    store.moveToJustBefore(due);
    store.first().fetchNone("A message was delivered before its time.");
    store.second().fetchNone("A message was delivered before its time, through another handle.");

    store.moveTime(store.tick());
    store.first().abandon(store.first().fetchOne("order"));
    store.second().fetchOne("order");
    if (control.standsStill()) {
      Expect.equal(
          "The clock did not move by the amount asked.",
          due,
          Duration.between(before, control.now()));
    }
  }

  /**
   * The round trip is measured before the first rule, and the durations of rules are derived from
   * it.
   *
   * <p><b>Shape:</b> compare the pace of this run with the measured round trip.
   */
  @Rule("FIX-06")
  void durationsFollowTheRoundTrip(StoreUnderTest store) {
    Pace pace = store.pace();
    Expect.that(
        "No round trip was measured.",
        "above zero",
        pace.roundTrip(),
        pace.roundTrip().isPositive());
    if (pace.clock() == Pace.Clock.STANDING) {
      return;
    }
    Expect.that(
        "A tick is shorter than a call.",
        "above " + pace.roundTrip(),
        pace.tick(),
        pace.tick().compareTo(pace.roundTrip()) > 0);
    Expect.that(
        "A lock leaves no room for calls.",
        "at least %d ticks of %s".formatted(TICKS_PER_LOCK, pace.tick()),
        pace.lockFor(),
        pace.lockFor().compareTo(pace.tick().multipliedBy(TICKS_PER_LOCK)) >= 0);
  }

  /**
   * The white box changes exactly the one stored row it was asked to.
   *
   * <p><b>Shape:</b> two instances with history, messages and activities, and with runs and steps
   * where those are declared and can be damaged; corrupt each kind of row of one; compare all rows
   * before and after.
   */
  @Rule("FIX-07")
  void theWhiteBoxChangesOneRow(StoreUnderTest store) {
    WhiteBox box = store.whiteBox();
    Handle first = store.first();
    for (String id : List.of("order", "other")) {
      first.start(id);
      first.turn(first.fetchOne(id)).name(Sample.NAME).events(1, 3).activities(1, 2).apply();
    }
    for (String id : List.of("order", "other", "order", "other")) {
      first.poke(id);
    }
    List<RowKind> kinds =
        new ArrayList<>(
            List.of(RowKind.MESSAGE, RowKind.EVENT, RowKind.ACTIVITY, RowKind.INSTANCE));
    if (store.declares(Feature.STATE_TABLES)) {
      for (String id : List.of("order", "other")) {
        Stated.first(store).create(id);
        Stated.first(store).apply(new EnsureStep(id, "one"), new EnsureStep(id, "two"));
      }
      Stream.of(RowKind.RUN, RowKind.STEP).filter(box::corrupts).forEach(kinds::add);
    }
    if (store.declares(Feature.INBOX) && box.corrupts(RowKind.INBOX_MESSAGE)) {
      for (String id : List.of("order", "other")) {
        Inboxed.first(store).add(Inboxed.key(id), "one");
        Inboxed.first(store).add(Inboxed.key(id), "two");
      }
      kinds.add(RowKind.INBOX_MESSAGE);
    }
    if (store.declares(Feature.EVENT_STREAMS) && box.corrupts(RowKind.STREAM_EVENT)) {
      for (String id : List.of("order", "other")) {
        Streamed.first(store).add(Streamed.stream(id), 2);
      }
      kinds.add(RowKind.STREAM_EVENT);
    }
    if (store.declares(Feature.SNAPSHOTS) && box.corrupts(RowKind.SNAPSHOT)) {
      for (String id : List.of("order", "other")) {
        Snapped.first(store).put(Streamed.stream(id), 1, "schema");
        Snapped.first(store).put(Streamed.stream(id), 2, "schema");
      }
      kinds.add(RowKind.SNAPSHOT);
    }
    if (store.declares(Feature.PROJECTIONS) && box.corrupts(RowKind.PROJECTION_ROW)) {
      for (String name : List.of("order", "other")) {
        Projected.first(store).create(name, 0);
        Projected.first(store)
            .update(Projected.inline(name, Projected.put("one", name), Projected.put("two", name)));
      }
      kinds.add(RowKind.PROJECTION_ROW);
    }
    Expect.equal("Reading the rows changes them.", box.rows(), box.rows());

    for (RowKind kind : kinds) {
      List<StoredRow> before = box.rows();
      box.corrupt(kind, "order");
      List<StoredRow> after = box.rows();

      List<StoredRow> gone = without(before, after);
      List<StoredRow> come = without(after, before);
      Expect.equal("Not exactly one row was damaged: " + kind + ".", 1, gone.size());
      Expect.equal("Not exactly one row was damaged: " + kind + ".", 1, come.size());
      Expect.equal("A row of another kind was damaged.", kind, gone.get(0).kind());
      Expect.equal("A row of another instance was damaged.", "order", gone.get(0).instanceId());
    }
  }

  /**
   * The crash target is a separate JVM that works on the same store and really dies.
   *
   * <p><b>Shape:</b> a child creates an instance and says its process id; it is killed; the
   * instance is there.
   */
  @Rule("FIX-08")
  void aChildWorksOnTheSameStoreAndDies(StoreUnderTest store) {
    try (ChildJvm child = ChildJvm.start(store.crashTarget(), Task.CREATE, "order")) {
      String pid = child.line("created");
      Expect.equal("Another process works than was started.", child.pid(), Long.parseLong(pid));
      Expect.different(
          "The child is not a process of its own.", ProcessHandle.current().pid(), child.pid());
      child.kill();
      Expect.equal("The child did not die by SIGKILL.", ChildJvm.KILLED, child.exitCode());
    }
    Expect.equal(
        "What the child had acked is not in the store.",
        Sample.events(1, 1),
        store.first().history("order", 1));
  }

  /**
   * What the crash target says about other processes on an open store is true.
   *
   * <p><b>Shape:</b> a child opens the store beside an open handle: it fails with StoreUnavailable
   * where the target is exclusive, and succeeds elsewhere.
   */
  @Rule("FIX-08")
  void theCrashTargetIsExclusiveExactlyWhereItSaysSo(StoreUnderTest store) {
    CrashTarget target = store.anyCrashTarget();
    store.first().create("order");
    try (ChildJvm child = ChildJvm.start(target, Task.OPEN)) {
      child.line("ready");
      child.tell("open");
      if (target.exclusive()) {
        String answer = child.line();
        Expect.that(
            "The target is exclusive, and a child beside an open handle said: " + answer,
            answer.startsWith("failed " + StoreUnavailable.class.getName()));
      } else {
        child.line("opened");
      }
    }
    Expect.equal(
        "The handle that was open before does not work.",
        OptionalLong.of(1),
        store.first().provider().latestExecutionId("order"));
  }

  /**
   * What a fixture does not offer makes the rules that need it "not measured".
   *
   * <p><b>Shape:</b> a store that can only be opened and closed; ask for each optional part.
   */
  @Rule("FIX-09")
  void whatIsNotOfferedIsNotMeasured(FixtureUnderTest f) {
    StoreUnderTest bare = f.adopt(new Bare(f.fixture().freshStore("FIX-09")));
    expectNotMeasured(FixturePart.TIME_CONTROL, bare::timeControl);
    expectNotMeasured(FixturePart.STANDING_CLOCK, bare::standingClock);
    expectNotMeasured(FixturePart.WHITE_BOX, bare::whiteBox);
    expectNotMeasured(FixturePart.CRASH_TARGET, bare::crashTarget);
    expectNotMeasured(FixturePart.CONFIG, bare::config);
    expectNotMeasured(FixturePart.CONFIG, bare::configWithDataSource);
    expectNotMeasured(FixturePart.STORE_SWITCH, bare::storeSwitch);
    expectNotMeasured(FixturePart.PLAN_READER, bare::planReader);
    expectNotMeasured(FixturePart.WRITER_HOLD, bare::writerHold);
    expectNotMeasured(FixturePart.COMMIT_HOLD, bare::commitHold);
    expectNotMeasured(FixturePart.CALLERS_CONNECTIONS, bare::callersConnections);
  }

  /**
   * Stores of one fixture can be used in parallel and are gone after they were closed.
   *
   * <p><b>Shape:</b> eight threads make a store each, create an instance, and close it; what is
   * left is counted.
   */
  @Rule("FIX-10")
  void storesCanBeUsedInParallelAndAreGoneAfterwards(FixtureUnderTest f) {
    Set<String> before = Set.copyOf(f.fixture().leftOvers().orElse(List.of()));

    List<Long> lastEvents =
        Together.times(
            STORES_AT_ONCE,
            n -> {
              try (TestStore place = f.fixture().freshStore("FIX-10");
                  Provider provider = place.open()) {
                return workIn(provider, n);
              }
            });

    for (int n = 0; n < STORES_AT_ONCE; n++) {
      Expect.equal("A store has the history of another.", n + 1L, lastEvents.get(n));
    }
    Optional<List<String>> left = f.fixture().leftOvers();
    if (left.isPresent()) {
      List<String> more = new ArrayList<>(left.get());
      more.removeAll(before);
      Expect.none("Something is left of stores that were closed.", more);
    }
  }

  private static long workIn(Provider provider, int n) {
    OrchestratorMessage start = Sample.start("order", Sample.NAME, Sample.VERSION);
    provider.enqueue(start);
    OrchestrationItem item =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(2, Duration.ofMinutes(1))).get(0);
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), 1)
                .historyDelta(Sample.events(1, n + 1L))
                .build()));
    Expect.none(
        "A store delivers activities of another.",
        provider.fetchActivityItems(ActivityFetch.of(1, Duration.ofMinutes(1))));
    return provider.readHistory("order", 1, 0, Handle.ALL).lastEventId();
  }

  private static List<StoredRow> without(List<StoredRow> rows, List<StoredRow> others) {
    List<StoredRow> left = new ArrayList<>(rows);
    others.forEach(left::remove);
    return left;
  }

  private static void expectNotMeasured(FixturePart part, Runnable use) {
    try {
      use.run();
    } catch (NotMeasured end) {
      Expect.equal("A rule ended as not measured for another reason.", part, end.part());
      return;
    }
    throw Expect.violation(
        "A rule goes on without what it needs.", "not measured: " + part, "no end");
  }

  /** A store that can be opened and closed, and nothing else. */
  private record Bare(TestStore place) implements TestStore {
    @Override
    public Provider open() {
      return place.open();
    }

    @Override
    public void close() {
      place.close();
    }
  }
}
