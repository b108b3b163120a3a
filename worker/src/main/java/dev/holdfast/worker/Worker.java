// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.worker.internal.ActivityGroups;
import dev.holdfast.worker.internal.Engines;
import dev.holdfast.worker.internal.RunningWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A running worker: takes instances and activities from a store, has engines do them, and stores
 * the results. Any number of workers, in one process or in many, may work on one store.
 * Thread-safe.
 *
 * <pre>{@code
 * try (Worker worker = Worker.builder(provider).turns(counters).turns(graphs).activities(http).start()) {
 *   worker.enqueue(start);
 *   ...
 * }
 * }</pre>
 */
public final class Worker implements AutoCloseable {

  /** 100 years: longer than any worker lives, and a {@code long} of nanoseconds can hold it. */
  private static final Duration LONGEST_GRACE = Duration.ofDays(36_500);

  private final RunningWorker running;
  private final Duration closeGrace;

  private Worker(RunningWorker running, Duration closeGrace) {
    this.running = running;
    this.closeGrace = closeGrace;
  }

  /**
   * Begins with an open provider, which stays the caller's to close unless {@link
   * Builder#ownsProvider} says otherwise.
   *
   * @param provider the provider
   * @return a new builder
   */
  public static Builder builder(Provider provider) {
    return new Builder(Objects.requireNonNull(provider, "provider"));
  }

  /**
   * Stores a message once, and takes the instance that it starts over in the same transaction, if
   * this worker has its code and a free slot.
   *
   * @param message the message; without a start it is only stored
   * @return whether it was stored, and not before under the same message id
   * @throws dev.holdfast.provider.ProviderError as {@link Provider#enqueue(OrchestratorMessage)};
   *     nothing is repeated here
   */
  public boolean enqueue(OrchestratorMessage message) {
    return running.enqueue(message);
  }

  /**
   * Says how this worker stands: whether its loops run, and which calls the store fails. Asks
   * nothing of the store.
   *
   * @return what is so now
   */
  public WorkerVitals vitals() {
    return running.vitals();
  }

  /** Closes with the grace period of the settings; see {@link #close(Duration)}. */
  @Override
  public void close() {
    close(closeGrace);
  }

  /**
   * Stops fetching, finishes what is under way, interrupts activities that are not done within the
   * grace period, and gives back to the store what is left, uncounted. Then it closes the engines.
   * Closing again does nothing and reports the same.
   *
   * @param grace how long to wait for what is under way; zero or more
   * @return what was left
   * @throws IllegalArgumentException when the grace period is negative
   */
  public LeftWork close(Duration grace) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("the grace period is " + grace + "; it starts at zero");
    }
    return running.close(grace.compareTo(LONGEST_GRACE) > 0 ? LONGEST_GRACE : grace);
  }

  /** Collects the engines of a worker and its settings. Not thread-safe; good for one worker. */
  public static final class Builder {

    private final Provider provider;
    private final List<TurnHandler> turns = new ArrayList<>();
    private final List<ActivityHandler> activities = new ArrayList<>();
    private final List<WorkerListener> listeners = new ArrayList<>();
    private final List<ActivityGroups.Group> limits = new ArrayList<>();
    private final Map<String, Runnable> background = new LinkedHashMap<>();
    private WorkerSettings settings = WorkerSettings.defaults();
    private boolean ownsProvider;

    private Builder(Provider provider) {
      this.provider = provider;
    }

    /**
     * Adds an engine. The first one also gets instances without a name, and ends work that no
     * engine has the code of, if {@link Unrunnable#FAIL} is set.
     *
     * @param handler the engine
     * @return this
     */
    public Builder turns(TurnHandler handler) {
      turns.add(Objects.requireNonNull(handler, "handler"));
      return this;
    }

    /**
     * Adds activities.
     *
     * @param handler what does them
     * @return this
     */
    public Builder activities(ActivityHandler handler) {
      activities.add(Objects.requireNonNull(handler, "handler"));
      return this;
    }

    /**
     * Limits some activities together.
     *
     * @param names their names; each has one limit, and an engine
     * @param limit the limit
     * @return this
     */
    public Builder limit(Set<String> names, ActivityLimit limit) {
      limits.add(new ActivityGroups.Group(names, Set.of(), limit));
      return this;
    }

    /**
     * Limits the activities of a tag, whatever their names. A worker has limits by name or by tag.
     *
     * @param tag the tag, which the worker serves by its name; it has one limit
     * @param limit the limit
     * @return this
     */
    public Builder limitTag(String tag, ActivityLimit limit) {
      limits.add(new ActivityGroups.Group(Set.of(), Set.of(tag), limit));
      return this;
    }

    /**
     * Sets how the worker works.
     *
     * @param settings the settings; {@link WorkerSettings#defaults()} unless set
     * @return this
     */
    public Builder settings(WorkerSettings settings) {
      this.settings = Objects.requireNonNull(settings, "settings");
      return this;
    }

    /**
     * Adds a loop of an engine that runs as long as the worker, on a platform thread of its own,
     * which is interrupted when the worker closes. Should the loop throw, the worker closes.
     *
     * @param threadName the name of its thread
     * @param loop the loop; ends when it is interrupted
     * @return this
     */
    public Builder background(String threadName, Runnable loop) {
      background.put(Objects.requireNonNull(threadName, "threadName"), loop);
      return this;
    }

    /**
     * Adds a listener. Without one nothing is measured.
     *
     * @param listener is told of each delivery
     * @return this
     */
    public Builder listener(WorkerListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Sets whether the provider is closed with the worker.
     *
     * @param owns whether it is; false unless set
     * @return this
     */
    public Builder ownsProvider(boolean owns) {
      ownsProvider = owns;
      return this;
    }

    /**
     * Begins to work.
     *
     * @return the running worker, to be closed by the caller
     * @throws IllegalArgumentException when two engines have the same code, or the same activity,
     *     or a limit does not fit what they have
     * @throws dev.holdfast.provider.ProviderError.NotSupported when a limit is shared and the store
     *     does not declare {@link dev.holdfast.provider.Feature#LEASES}
     */
    public Worker start() {
      RunningWorker running =
          RunningWorker.start(
              provider,
              ownsProvider,
              new Engines(turns, activities),
              settings,
              limits,
              listeners,
              background);
      return new Worker(running, settings.closeGrace());
    }
  }
}
