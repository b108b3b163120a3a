// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.fixture.WriterHold;
import dev.holdfast.tck.instrument.CallLog;
import dev.holdfast.tck.instrument.Owed;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.RecordingProvider;
import dev.holdfast.tck.instrument.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A fresh store, with all that a test needs: handles, time, and looks at what is stored. Each
 * parameter of this type gets a store of its own, which is closed after the test. Thread-safe.
 */
public final class StoreUnderTest implements AutoCloseable {

  private static final int REAL_TIME_SHARE = 4;

  private final TestStore store;
  private final String suffix;
  private final Pace pace;
  private final CallLog log;
  private final Random random;
  private final Duration soak;
  private final Deque<Handle> handles = new ArrayDeque<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Owed owed;
  private @Nullable Handle first;
  private @Nullable Handle second;
  private boolean closed;

  public StoreUnderTest(
      TestStore store, String suffix, Pace pace, CallLog log, Random random, Duration soak) {
    this.store = store;
    this.suffix = suffix;
    this.pace = pace;
    this.log = log;
    this.random = random;
    this.soak = soak;
    owed =
        new Owed(
            pace.clock(), () -> store.timeControl().map(TimeControl::now).orElseGet(Instant::now));
  }

  // ---- handles

  /**
   * The first handle.
   *
   * @return the first handle, A in reports, the same one every time
   */
  public synchronized Handle first() {
    if (first == null) {
      first = open("A");
    }
    return first;
  }

  /**
   * A second handle on the same store, with connections of its own.
   *
   * @return the second handle, B in reports, the same one every time
   */
  public synchronized Handle second() {
    if (second == null) {
      second = open("B");
    }
    return second;
  }

  /**
   * One more handle on the same store.
   *
   * @return a new handle
   */
  public synchronized Handle newHandle() {
    return open("handle" + (handles.size() + 1));
  }

  /**
   * Reopens the store: closes every handle, so that nothing of it is kept in memory, and opens one
   * again. The handles that were closed cannot be used any more; {@link #first()} and {@link
   * #second()} are new ones afterwards.
   *
   * @return the new first handle
   */
  public synchronized Handle reopen() {
    letGo();
    return first();
  }

  private synchronized void letGo() {
    handles.forEach(Handle::close);
    first = null;
    second = null;
  }

  /**
   * Several more handles on the same store, for calls that are made together.
   *
   * @param n how many
   * @return new handles
   */
  public List<Handle> newHandles(int n) {
    return IntStream.range(0, n).mapToObj(i -> newHandle()).toList();
  }

  /**
   * One more handle on the same store, whose plans can be read.
   *
   * @return a new handle
   * @throws NotMeasured when there is no reader of plans
   */
  public synchronized Handle newHandleWithPlans() {
    PlanReader reader = planReader();
    return open("withPlans" + (handles.size() + 1), reader::open);
  }

  private Handle open(String name) {
    return open(name, store::open);
  }

  private Handle open(String name, Supplier<Provider> opening) {
    log.note("open handle " + name + suffix);
    Provider provider = opening.get();
    Handle handle = new Handle(this, new RecordingProvider(name + suffix, provider, log, owed));
    handles.push(handle);
    return handle;
  }

  /**
   * How long tests lock.
   *
   * @return L
   */
  public Duration lockFor() {
    return pace.lockFor();
  }

  /**
   * The least time between "just before" and "then".
   *
   * @return the tick
   */
  public Duration tick() {
    return pace.tick();
  }

  /**
   * The durations of this run.
   *
   * @return the pace
   */
  public Pace pace() {
    return pace;
  }

  /**
   * Lets time pass in the store: moves its clock where the fixture can, and otherwise waits.
   *
   * @param by how much
   */
  public void moveTime(Duration by) {
    log.note("time moves by " + by);
    owed.timeMoves(by);
    Optional<TimeControl> control = store.timeControl();
    if (control.isPresent()) {
      control.get().advance(by);
    } else {
      Waiting.realTime(by);
    }
  }

  /**
   * Lets time pass until just before a moment, counted from now.
   *
   * @param moment how far away the moment is
   */
  public void moveToJustBefore(Duration moment) {
    moveTime(moment.minus(tick()));
  }

  // ---- what the fixture may offer

  /**
   * The time control, for tests that need to read the store's clock.
   *
   * @return the control
   * @throws NotMeasured when there is none
   */
  public TimeControl timeControl() {
    return store.timeControl().orElseThrow(() -> new NotMeasured(FixturePart.TIME_CONTROL));
  }

  /**
   * Ends the test as not measured unless the store's clock stands still.
   *
   * @return the control
   * @throws NotMeasured when it does not
   */
  public TimeControl standingClock() {
    if (pace.clock() != Pace.Clock.STANDING) {
      throw new NotMeasured(FixturePart.STANDING_CLOCK);
    }
    return timeControl();
  }

  /**
   * The white box.
   *
   * @return the white box
   * @throws NotMeasured when there is none
   */
  public WhiteBox whiteBox() {
    return store.whiteBox().orElseThrow(() -> new NotMeasured(FixturePart.WHITE_BOX));
  }

  /**
   * {@return the white box, for tests that look deeper where they can; empty when there is none}
   */
  public Optional<WhiteBox> whiteBoxIfOffered() {
    return store.whiteBox();
  }

  /**
   * The crash target, for a child that has the store for itself as long as it lives. All handles
   * are closed where the store needs that, so take new ones after the end of the child.
   *
   * @return the target
   * @throws NotMeasured when there is none
   */
  public CrashTarget crashTarget() {
    CrashTarget target = anyCrashTarget();
    if (target.exclusive()) {
      log.note("close all handles for another process");
      letGo();
    }
    return target;
  }

  /**
   * The crash target, for a child beside handles that are open here.
   *
   * @return the target
   * @throws NotMeasured when there is none, or one process has the store for itself
   */
  public CrashTarget sharedCrashTarget() {
    CrashTarget target = anyCrashTarget();
    if (target.exclusive()) {
      throw new NotMeasured(FixturePart.OTHER_PROCESS);
    }
    return target;
  }

  /**
   * The crash target, whatever is open.
   *
   * @return the target
   * @throws NotMeasured when there is none
   */
  public CrashTarget anyCrashTarget() {
    return store.crashTarget().orElseThrow(() -> new NotMeasured(FixturePart.CRASH_TARGET));
  }

  /**
   * The admin feature, for tests that look deeper where they can.
   *
   * @return the feature, empty when it is not declared
   */
  public Optional<InstanceAdmin> adminIfDeclared() {
    return declares(Feature.INSTANCE_ADMIN)
        ? first().provider().capability(InstanceAdmin.class)
        : Optional.empty();
  }

  /**
   * The admin feature.
   *
   * @return the feature
   * @throws NotMeasured when it is not declared
   */
  public InstanceAdmin admin() {
    return adminIfDeclared()
        .orElseThrow(() -> new NotMeasured(FixturePart.FEATURE, "INSTANCE_ADMIN"));
  }

  /**
   * Whether the provider declares a feature.
   *
   * @param feature the feature
   * @return true when it does
   */
  public boolean declares(Feature feature) {
    return first().provider().info().declares(feature);
  }

  /**
   * Expects that an instance has no row, as far as that can be seen.
   *
   * @param what what happened when it has one
   * @param instanceId the instance
   */
  public void expectNoInstanceRow(String what, String instanceId) {
    adminIfDeclared()
        .ifPresent(admin -> Expect.thrown(what, NotFound.class, () -> admin.instance(instanceId)));
    whiteBoxIfOffered().ifPresent(box -> Expect.none(what, box.rows(RowKind.INSTANCE, instanceId)));
  }

  /**
   * The configuration with which this store is opened.
   *
   * @return the configuration
   * @throws NotMeasured when the fixture does not tell
   */
  public ProviderConfig config() {
    return store.config().orElseThrow(() -> new NotMeasured(FixturePart.CONFIG));
  }

  /**
   * The configuration with which an application opens this store with a {@code DataSource} of its
   * own.
   *
   * @return the configuration
   * @throws NotMeasured when the store is not opened with one
   */
  public ProviderConfig configWithDataSource() {
    return store
        .configWithDataSource()
        .orElseThrow(() -> new NotMeasured(FixturePart.CONFIG, "with a DataSource"));
  }

  /**
   * The reader of plans.
   *
   * @return the reader
   * @throws NotMeasured when there is none
   */
  public PlanReader planReader() {
    return store.planReader().orElseThrow(() -> new NotMeasured(FixturePart.PLAN_READER));
  }

  /**
   * The hold that keeps writers waiting.
   *
   * @return the hold
   * @throws NotMeasured when there is none
   */
  public WriterHold writerHold() {
    return store.writerHold().orElseThrow(() -> new NotMeasured(FixturePart.WRITER_HOLD));
  }

  /**
   * The hold that keeps a call before its commit.
   *
   * @return the hold
   * @throws NotMeasured when there is none
   */
  public CommitHold commitHold() {
    return store.commitHold().orElseThrow(() -> new NotMeasured(FixturePart.COMMIT_HOLD));
  }

  /**
   * The connections of a caller.
   *
   * @return the connections
   * @throws NotMeasured when there are none
   */
  public CallersConnections callersConnections() {
    return callersConnectionsIfOffered()
        .orElseThrow(() -> new NotMeasured(FixturePart.CALLERS_CONNECTIONS));
  }

  /** {@return connections of a caller, empty when the fixture has none} */
  public Optional<CallersConnections> callersConnectionsIfOffered() {
    return store.callersConnections();
  }

  /**
   * The switch that stops this store.
   *
   * @return the switch
   * @throws NotMeasured when there is none
   */
  public StoreSwitch storeSwitch() {
    return store.storeSwitch().orElseThrow(() -> new NotMeasured(FixturePart.STORE_SWITCH));
  }

  /**
   * The switch that lets writes of audit records fail.
   *
   * @return the switch
   * @throws NotMeasured when there is none
   */
  public StoreSwitch auditSwitch() {
    return store.auditSwitch().orElseThrow(() -> new NotMeasured(FixturePart.AUDIT_SWITCH));
  }

  /**
   * A way to disturb calls.
   *
   * @return the faults
   * @throws NotMeasured when there is none
   */
  public Faults faults() {
    return new Faults(
        store.faults().orElseThrow(() -> new NotMeasured(FixturePart.FAULT_INJECTION)), log);
  }

  /**
   * The counter of what passes between handles and store.
   *
   * @return the counter
   * @throws NotMeasured when there is none
   */
  public StatementCounter statements() {
    return store.statements().orElseThrow(() -> new NotMeasured(FixturePart.STATEMENT_COUNTER));
  }

  /** {@return what the store's own integrity check finds, empty when it has none} */
  public Optional<List<String>> integrityProblems() {
    return store.integrityProblems();
  }

  /**
   * Moves the store's clock to where other JVMs have got to by the system's clock meanwhile. Does
   * nothing where the clock cannot be moved.
   */
  public void catchUpWithOtherJvms() {
    store
        .timeControl()
        .ifPresent(control -> {
          Duration behind = Duration.between(control.now(), Instant.now()).plus(tick());
          if (behind.isPositive()) {
            log.note("time moves by " + behind);
            owed.timeMoves(behind);
            control.advance(behind);
          }
        });
  }

  /**
   * Everything that can be read of some instances without changing it, locks and delivery counts
   * included where they can be seen.
   *
   * @param instanceIds the instances
   * @return the snapshot
   */
  public Snapshot snapshot(String... instanceIds) {
    return take(Snapshot.Scope.ALL, List.of(instanceIds));
  }

  /**
   * The same without locks, delivery counts and ready times; for calls that may change those, and
   * after moves of time.
   *
   * @param instanceIds the instances
   * @return the snapshot
   */
  public Snapshot snapshotWithoutLocks(String... instanceIds) {
    return take(Snapshot.Scope.WITHOUT_LOCKS, List.of(instanceIds));
  }

  /**
   * The same without runs and steps; for calls that may change those.
   *
   * @param instanceIds the instances
   * @return the snapshot
   */
  public Snapshot snapshotOfInstances(String... instanceIds) {
    return take(Snapshot.Scope.OF_INSTANCES, List.of(instanceIds));
  }

  /**
   * Expects that nothing has changed since a snapshot.
   *
   * @param what what happened when something has, such as "A rejected ack wrote something."
   * @param before the snapshot
   */
  public void expectUnchanged(String what, Snapshot before) {
    before.expectEqual(what, take(before.scope(), before.instanceIds()));
  }

  private Snapshot take(Snapshot.Scope scope, List<String> instanceIds) {
    return Snapshot.take(first().provider(), store.whiteBox(), scope, instanceIds);
  }

  /**
   * How often to repeat what may go wrong by chance: less often where each round has to wait in
   * real time.
   *
   * @param withTimeControl how often when time can be moved
   * @return how often
   */
  public int rounds(int withTimeControl) {
    return pace.clock() == Pace.Clock.REAL
        ? Math.max(1, withTimeControl / REAL_TIME_SHARE)
        : withTimeControl;
  }

  /**
   * The random numbers of this test, from the seed that a failure prints.
   *
   * @return the generator, the same one every time
   */
  public Random random() {
    return random;
  }

  /** {@return for how long at least a test disturbs that does it for a while; zero if unset} */
  public Duration soak() {
    return soak;
  }

  /**
   * A number that this store has not given out yet.
   *
   * @return the number, from 1
   */
  public long nextNumber() {
    return numbers.incrementAndGet();
  }

  /**
   * One more handle on the same store, with a wrong clock of its own.
   *
   * @param ahead how far its clock is ahead; negative for behind
   * @return a new handle
   * @throws NotMeasured when the fixture offers none
   */
  public synchronized Handle newHandleWithClientClock(Duration ahead) {
    String name = "withWrongClock" + (handles.size() + 1) + suffix;
    log.note("open handle " + name + " with its clock ahead by " + ahead);
    Provider provider =
        store
            .openWithClientClock(ahead)
            .orElseThrow(() -> new NotMeasured(FixturePart.CLIENT_CLOCK));
    Handle handle = new Handle(this, new RecordingProvider(name, provider, log, owed));
    handles.push(handle);
    return handle;
  }

  /**
   * Sets the store's clock back.
   *
   * @param step how far
   * @throws NotMeasured when the fixture cannot
   */
  public void setClockBack(Duration step) {
    store
        .timeControl()
        .flatMap(TimeControl::setBack)
        .orElseThrow(() -> new NotMeasured(FixturePart.CLOCK_SET_BACK))
        .by(step);
    log.note("the store's clock is set back by " + step);
  }

  /** Closes all handles, then removes the store. Does nothing the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      handles.forEach(Handle::close);
    } finally {
      store.close();
    }
  }
}
