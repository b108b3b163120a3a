// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RecordedHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs orchestrations in a test: on a real worker and a store of its own in memory, with activities
 * of the test and in virtual time. While anything can move, time stands still; when nothing can, it
 * jumps to the next moment at which something is due, so that a month of timers takes milliseconds.
 *
 * <pre>{@code
 * try (OrchestrationTest test = OrchestrationTest.create()) {
 *   test.activity(CHARGE).failsTimes(2, new IOException("no route")).returns(receipt);
 *   test.after(Duration.ofDays(3)).raise("order-1", "approved", true);
 *   assertThat(test.run(PROCESS, "order-1", order)).isEqualTo(receipt);
 * }
 * }</pre>
 *
 * <p>Time passes in {@link #run}, {@link #await}, {@link #advance} and {@link #settle} only, and
 * only as far as these need. Each turn is replayed from the beginning of its history, so that code
 * which does not follow its own history fails the test; {@link #replayEachTurn} switches that off.
 *
 * <p>What is registered is fixed with the first start, what activities do is not. For one thread at
 * a time.
 */
public final class OrchestrationTest implements AutoCloseable {

  /** The moment at which a test begins unless it says otherwise: {@code 2030-01-01T00:00:00Z}. */
  public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

  /** Longer than any test, and a long of nanoseconds can hold it: no lock runs out by a jump. */
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  /** So long the store's own threads have for an event of a stream before time goes on. */
  private static final Duration FOR_THE_LOG = Duration.ofSeconds(1);

  /** Registered always, so that the worker serves activities; never called. */
  private static final Activity<Void, Void> NEVER =
      Activity.named("holdfast.testkit", Void.class, Void.class);

  private static final int MANY = 10_000;

  private final VirtualTime time;
  private final Map<String, Orchestration<?, ?>> orchestrations = new LinkedHashMap<>();
  private final Map<String, ActivityMock<?, ?>> activities = new LinkedHashMap<>();
  private Duration realTimeAtMost = Duration.ofMinutes(1);
  private DataConverter converter = DataConverter.jackson();
  private @Nullable Running running;
  private boolean replayEachTurn = true;
  private int ids;
  private boolean closed;

  /** The store and the worker, from the first start. */
  private record Running(Provider provider, VirtualStore store, Holdfast holdfast) {}

  private OrchestrationTest(Instant start) {
    time = new VirtualTime(start);
  }

  /** {@return a new test that begins at {@link #START}, to be closed by the caller} */
  public static OrchestrationTest create() {
    return startingAt(START);
  }

  /**
   * Creates a test.
   *
   * @param start the virtual moment at which it begins
   * @return the test, to be closed by the caller
   */
  public static OrchestrationTest startingAt(Instant start) {
    return new OrchestrationTest(Objects.requireNonNull(start, "start"));
  }

  // ---- before the first start -----------------------------------------------------------------

  /**
   * Registers an orchestration. Those that are started by the test with their code need not be
   * registered; their children need. The same name may be registered under several versions.
   *
   * @param orchestration the orchestration with its code
   * @return this
   * @throws IllegalArgumentException when it has no code, or another one has its name and version
   * @throws IllegalStateException when something was started before
   */
  public OrchestrationTest orchestration(Orchestration<?, ?> orchestration) {
    if (orchestration.function().isEmpty()) {
      throw new IllegalArgumentException(
          "the orchestration \"%s\" is a reference without code".formatted(orchestration));
    }
    beforeTheStart("the orchestration", orchestration.toString());
    if (orchestrations.putIfAbsent(orchestration.toString(), orchestration) != null) {
      throw new IllegalArgumentException(
          "the orchestration \"%s\" is registered twice".formatted(orchestration));
    }
    return this;
  }

  /**
   * Returns the activity of this name, to say what it does or to see its calls. The first call
   * registers it.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param activity the activity
   * @return what it does in this test, always the same for one activity
   * @throws IllegalArgumentException when another activity of the same name was registered
   * @throws IllegalStateException when it is not registered, and something was started before
   */
  @SuppressWarnings("unchecked") // made for this very activity
  public <I extends @Nullable Object, O extends @Nullable Object> ActivityMock<I, O> activity(
      Activity<I, O> activity) {
    ActivityMock<?, ?> known = activities.get(activity.name());
    if (known == null) {
      beforeTheStart("the activity", activity.name());
      ActivityMock<I, O> mock = new ActivityMock<>(activity, time);
      activities.put(activity.name(), mock);
      return mock;
    }
    Activity<?, ?> same = known.activity();
    if (!same.inputType().equals(activity.inputType())
        || !same.outputType().equals(activity.outputType())) {
      throw new IllegalArgumentException(
          "the activity \"%s\" is registered with other types".formatted(activity));
    }
    return (ActivityMock<I, O>) known;
  }

  /**
   * Sets how values are encoded.
   *
   * @param converter the converter; {@link DataConverter#jackson()} unless set
   * @return this
   * @throws IllegalStateException when something was started before
   */
  public OrchestrationTest dataConverter(DataConverter converter) {
    beforeTheStart("the data converter", converter.getClass().getName());
    this.converter = converter;
    return this;
  }

  /**
   * Sets how much real time may pass until nothing moves any more at one virtual moment; then the
   * test fails and says what is under way.
   *
   * @param limit above zero; 1 minute unless set
   * @return this
   * @throws IllegalArgumentException when it is not positive
   */
  public OrchestrationTest realTimeAtMost(Duration limit) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("the limit is " + limit + "; it must be above zero");
    }
    realTimeAtMost = limit;
    return this;
  }

  /**
   * Sets whether each turn is replayed from the beginning of its history, as after a restart of a
   * worker. That finds code that does not follow its own history, and costs what the history has
   * got; switch it off for histories of many hundred events.
   *
   * @param replay whether it is; true unless set
   * @return this
   * @throws IllegalStateException when something was started before
   */
  public OrchestrationTest replayEachTurn(boolean replay) {
    beforeTheStart("the setting", "replayEachTurn");
    replayEachTurn = replay;
    return this;
  }

  private void beforeTheStart(String what, String name) {
    if (running != null) {
      throw new IllegalStateException(
          "%s \"%s\" comes too late: what is registered is fixed with the first start"
              .formatted(what, name));
    }
  }

  // ---- instances -------------------------------------------------------------------------------

  /**
   * Starts an instance under an id of its own, {@code test-1} and so on, and lets time pass until
   * it has ended; see {@link #await}.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param orchestration what to run; registered if it was not
   * @param input the input
   * @return its output
   * @throws dev.holdfast.runtime.OrchestrationFailedException when it failed
   * @throws dev.holdfast.runtime.OrchestrationCancelledException when it was cancelled
   * @throws InterruptedException when the thread is interrupted
   */
  public <I extends @Nullable Object, O extends @Nullable Object> O run(
      Orchestration<I, O> orchestration, I input) throws InterruptedException {
    return run(orchestration, "test-" + ++ids, input);
  }

  /**
   * Starts an instance and lets time pass until it has ended; see {@link #await}.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param orchestration what to run; registered if it was not
   * @param instanceId the instance
   * @param input the input
   * @return its output
   * @throws dev.holdfast.runtime.OrchestrationFailedException when it failed
   * @throws dev.holdfast.runtime.OrchestrationCancelledException when it was cancelled
   * @throws InterruptedException when the thread is interrupted
   */
  public <I extends @Nullable Object, O extends @Nullable Object> O run(
      Orchestration<I, O> orchestration, String instanceId, I input) throws InterruptedException {
    start(orchestration, instanceId, input);
    return await(orchestration, instanceId);
  }

  /**
   * Starts an instance, and lets no time pass.
   *
   * @param <I> the input type
   * @param orchestration what to run; registered if it was not
   * @param instanceId the instance
   * @param input the input
   * @return this
   * @throws IllegalStateException when it is not registered, and something was started before
   */
  public <I extends @Nullable Object> OrchestrationTest start(
      Orchestration<I, ?> orchestration, String instanceId, I input) {
    if (orchestration.function().isPresent()
        && !orchestrations.containsKey(orchestration.toString())) {
      orchestration(orchestration);
    }
    client().start(orchestration, instanceId, input);
    return this;
  }

  /**
   * Lets time pass until an instance has ended, as far as that needs.
   *
   * @param <O> the output type
   * @param orchestration what it runs, for the type of the output
   * @param instanceId the instance
   * @return its output
   * @throws dev.holdfast.runtime.OrchestrationFailedException when it failed
   * @throws dev.holdfast.runtime.OrchestrationCancelledException when it was cancelled
   * @throws InstanceStuckError when it will never end
   * @throws AssertionError when an instance cannot go on, because something is not registered or
   *     its code does not follow its history, or when too much real time passes
   * @throws InterruptedException when the thread is interrupted
   */
  public <O extends @Nullable Object> O await(Orchestration<?, O> orchestration, String instanceId)
      throws InterruptedException {
    awaitStatus(instanceId);
    return client().await(orchestration, instanceId, realTimeAtMost);
  }

  /**
   * Lets time pass until an instance has ended, in whatever way; see {@link #await}.
   *
   * @param instanceId the instance
   * @return its status
   * @throws InstanceStuckError when it will never end
   * @throws AssertionError when an instance cannot go on, or too much real time passes
   * @throws InterruptedException when the thread is interrupted
   */
  public InstanceStatus awaitStatus(String instanceId) throws InterruptedException {
    while (true) {
      settle();
      InstanceStatus status = client().status(instanceId);
      if (status.state().isEnded()) {
        return status;
      }
      VirtualTime.Next next = next();
      if (next == null) {
        throw new InstanceStuckError(
            instanceId, status.state().toString(), now(), kinds(instanceId));
      }
      time.moveTo(next.at());
    }
  }

  private List<String> kinds(String instanceId) {
    return running().provider().latestExecutionId(instanceId).isEmpty()
        ? List.of()
        : history(instanceId).latest().kinds();
  }

  /** The next moment; the log's followers, which have threads of their own, get a chance first. */
  private VirtualTime.@Nullable Next next() throws InterruptedException {
    VirtualTime.Next next = time.next();
    while (next != null && !next.certain() && time.awaitAny(FOR_THE_LOG)) {
      settle();
      next = time.next();
    }
    return next;
  }

  // ---- time ------------------------------------------------------------------------------------

  /** {@return the virtual time} */
  public Instant now() {
    return time.instant();
  }

  /**
   * Lets virtual time pass. All that is due meanwhile happens at its moment, and has settled when
   * this returns.
   *
   * @param duration how long, zero or more
   * @return this
   * @throws IllegalArgumentException when it is negative
   * @throws AssertionError when an instance cannot go on, or too much real time passes
   * @throws InterruptedException when the thread is interrupted
   */
  public OrchestrationTest advance(Duration duration) throws InterruptedException {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("the duration is " + duration + "; it starts at zero");
    }
    Instant end = time.after(duration);
    while (true) {
      settle();
      VirtualTime.Next next = next();
      if (next == null || next.at().isAfter(end)) {
        break;
      }
      time.moveTo(next.at());
    }
    time.moveTo(end);
    return settle();
  }

  /**
   * Waits until nothing moves any more at this moment, and lets no time pass.
   *
   * @return this
   * @throws AssertionError when an instance cannot go on, or too much real time passes
   * @throws InterruptedException when the thread is interrupted
   */
  public OrchestrationTest settle() throws InterruptedException {
    VirtualStore store = running().store();
    boolean still = time.awaitStill(realTimeAtMost);
    List<String> problems = store.problems();
    if (!problems.isEmpty()) {
      throw new AssertionError(problems.getFirst());
    }
    if (!still) {
      throw new AssertionError(
          "after %s of real time something is still under way at %s: %s"
              .formatted(realTimeAtMost, now(), String.join(", ", store.underWay())));
    }
    return this;
  }

  /**
   * Names a moment, to do something then.
   *
   * @param duration how long after the virtual now, zero or more
   * @return the moment
   * @throws IllegalArgumentException when it is negative
   */
  public LaterMoment after(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("the duration is " + duration + "; it starts at zero");
    }
    return at(time.after(duration));
  }

  /**
   * Names a moment, to do something then.
   *
   * @param moment the moment; one that has passed comes at once, with the next that lets time pass
   * @return the moment
   */
  public LaterMoment at(Instant moment) {
    return new LaterMoment(this, time, Objects.requireNonNull(moment, "moment"));
  }

  // ---- what has happened -----------------------------------------------------------------------

  /**
   * Returns a client on the test's store: raise, cancel, status, custom status, key-values. The
   * first call starts the worker. Its calls that wait let no time pass.
   *
   * @return the client, good until this is closed
   */
  public HoldfastClient client() {
    return running().holdfast().client();
  }

  /**
   * Reads the status of an instance.
   *
   * @param instanceId the instance
   * @return its status
   */
  public InstanceStatus status(String instanceId) {
    return client().status(instanceId);
  }

  /**
   * Reads the history of an instance, of all executions.
   *
   * @param instanceId the instance
   * @return its history; {@link RecordedHistory#toJson()} can be kept for a {@link Replay}
   * @throws IllegalArgumentException when it has none
   */
  public RecordedHistory history(String instanceId) {
    return RecordedHistory.read(running().provider(), instanceId);
  }

  /**
   * {@return the attempts of all activities that have begun so far, in the order of their time; at
   * one moment by instance, execution and event}
   */
  public List<ActivityCall<?>> calls() {
    return activities.values().stream()
        .flatMap(OrchestrationTest::callsOf)
        .sorted(ActivityCall.ORDER)
        .toList();
  }

  private static Stream<ActivityCall<?>> callsOf(ActivityMock<?, ?> mock) {
    return mock.calls().stream().map(call -> call);
  }

  // ---- the worker ------------------------------------------------------------------------------

  private Running running() {
    if (closed) {
      throw new IllegalStateException("the test is closed");
    }
    Running now = running;
    if (now == null) {
      now = begin();
      running = now;
    }
    return now;
  }

  private Running begin() {
    if (orchestrations.isEmpty()) {
      throw new IllegalStateException(
          "there is no orchestration; register one with test.orchestration(...)");
    }
    Provider provider =
        Providers.open(
            ProviderConfig.url("sqlite::memory:").provider("sqlite").clock(time).build());
    boolean begun = false;
    try {
      VirtualStore store = new VirtualStore(provider, time, new Registered());
      Holdfast.Builder builder =
          Holdfast.builder(store)
              .dataConverter(converter)
              .cacheSize(replayEachTurn ? 0 : MANY)
              .maxConcurrentTurns(MANY)
              .maxConcurrentActivities(MANY)
              .lockFor(FOR_EVER)
              .servesTags(TagFilter.any())
              .servesSessions(MANY, FOR_EVER, FOR_EVER)
              .closeGrace(Duration.ZERO)
              .closeOnShutdown(false)
              .listener(store)
              .activity(
                  NEVER,
                  (context, input) -> {
                    throw new IllegalStateException("nobody calls this");
                  });
      orchestrations.values().forEach(builder::orchestration);
      activities.values().forEach(mock -> register(builder, mock));
      Running now = new Running(provider, store, builder.start());
      begun = true;
      return now;
    } finally {
      if (!begun) {
        provider.close();
      }
    }
  }

  private static <I extends @Nullable Object, O extends @Nullable Object> void register(
      Holdfast.Builder builder, ActivityMock<I, O> mock) {
    builder.activity(mock.activity(), mock::attempt);
  }

  /** Fixed when the worker begins, and read by its threads. */
  private final class Registered implements VirtualStore.TestedCode {
    private final Map<String, Orchestration<?, ?>> code = Map.copyOf(orchestrations);
    private final Map<String, ActivityMock<?, ?>> mocks = Map.copyOf(activities);

    @Override
    public boolean hasActivity(String name) {
      return mocks.containsKey(name);
    }

    @Override
    public boolean hasOrchestration(String name, @Nullable String version) {
      return code.containsKey(version == null ? name : name + "@" + version);
    }
  }

  /** Ends the worker, whatever is under way, and drops the store. Closing twice does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    time.close();
    Running now = running;
    if (now != null) {
      try {
        now.holdfast().close();
      } finally {
        now.provider().close();
      }
    }
  }
}
