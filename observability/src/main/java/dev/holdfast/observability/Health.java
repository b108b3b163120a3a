// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import dev.holdfast.observability.Finding.Severity;
import dev.holdfast.observability.internal.StoreFindings;
import dev.holdfast.observability.internal.WorkerFindings;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.worker.WorkerVitals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Says whether a process can do its work, and what is wrong where it cannot: its workers, and the
 * store. Thread-safe.
 *
 * <p><em>Live</em> says whether the process is worth to be left running, <em>ready</em> whether it
 * can work now. Old ready work, events that were set aside and the like are warnings: they concern
 * the store, which all processes share, and to take one out because of them would make it worse.
 */
public final class Health {

  private final StoreWatch store;
  private final List<Supplier<WorkerVitals>> workers;
  private final Limits limits;

  private Health(Builder builder) {
    store = builder.store;
    workers = List.copyOf(builder.workers);
    limits = builder.limits;
  }

  /**
   * From when on something is worth a warning.
   *
   * @param readyWork for how long work is ready that no worker takes; 5 minutes by default
   * @param lag for how long an event is not folded into the rows of a projection; 5 minutes by
   *     default
   * @param clock how far the clock of this machine may be before or behind that of the store; 2
   *     seconds by default
   * @param loop for how long a loop may be in one fetch, which is not live then; 2 minutes by
   *     default
   */
  public record Limits(Duration readyWork, Duration lag, Duration clock, Duration loop) {

    private static final Limits DEFAULT =
        new Limits(
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(2),
            Duration.ofMinutes(2));

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException when one is not above zero
     */
    public Limits {
      for (Duration limit : List.of(readyWork, lag, clock, loop)) {
        if (!limit.isPositive()) {
          throw new IllegalArgumentException("a limit is " + limit + "; it must be above zero");
        }
      }
    }

    /** {@return the limits that hold unless others are set} */
    public static Limits standard() {
      return DEFAULT;
    }
  }

  /**
   * The health of a worker and its store.
   *
   * @param holdfast the worker
   * @return its health
   */
  public static Health of(Holdfast holdfast) {
    return builder(StoreWatch.of(holdfast.client())).worker(holdfast::vitals).build();
  }

  /**
   * Begins with a store.
   *
   * @param store the store; the same watch may serve metrics
   * @return a new builder
   */
  public static Builder builder(StoreWatch store) {
    return new Builder(Objects.requireNonNull(store, "store"));
  }

  /**
   * Looks. What it reads of the store is as old as the {@link StoreWatch} says.
   *
   * @return the report
   */
  public HealthReport check() {
    List<Finding> findings = new ArrayList<>(liveness());
    findings.addAll(StoreFindings.of(store.reading(), limits));
    return report(findings);
  }

  /**
   * Looks at the workers of this process only, and asks nothing of the store: whether it is worth
   * to be left running.
   *
   * @return the report; ready says nothing about the store
   */
  public HealthReport checkLiveness() {
    return report(liveness());
  }

  private List<Finding> liveness() {
    List<Finding> findings = new ArrayList<>();
    workers.forEach(worker -> findings.addAll(WorkerFindings.of(worker.get(), limits)));
    return findings;
  }

  private static HealthReport report(List<Finding> findings) {
    boolean live = findings.stream().noneMatch(one -> one.severity() == Severity.NOT_LIVE);
    boolean ready =
        live && findings.stream().noneMatch(one -> one.severity() == Severity.NOT_READY);
    return new HealthReport(
        ready, live, findings.stream().sorted(Comparator.comparing(Finding::severity)).toList());
  }

  /** Collects what is looked at. Not thread-safe. */
  public static final class Builder {
    private final StoreWatch store;
    private final List<Supplier<WorkerVitals>> workers = new ArrayList<>();
    private Limits limits = Limits.standard();

    private Builder(StoreWatch store) {
      this.store = store;
    }

    /**
     * Looks at a worker too.
     *
     * @param vitals how it stands, such as {@code holdfast::vitals}
     * @return this
     */
    public Builder worker(Supplier<WorkerVitals> vitals) {
      workers.add(Objects.requireNonNull(vitals, "vitals"));
      return this;
    }

    /**
     * Sets from when on something is worth a warning.
     *
     * @param limits the limits; {@link Limits#standard()} unless set
     * @return this
     */
    public Builder limits(Limits limits) {
      this.limits = Objects.requireNonNull(limits, "limits");
      return this;
    }

    /**
     * Builds it.
     *
     * @return the health
     */
    public Health build() {
      return new Health(this);
    }
  }
}
