// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.ReadyWork;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.Leases;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Carries a {@link RetentionPolicy} out: in transactions of bounded size, one process at a time by
 * a lease of the store, beside workers that go on. Ages are by the store's clock. What changes
 * while it runs is looked at again by the store, in the transaction that removes it. Thread-safe.
 */
public final class Retention {

  /** The name of the lease that whoever carries a policy out holds. */
  public static final String LEASE = "holdfast-retention";

  private static final Duration LEASE_FOR = Duration.ofMinutes(5);
  private static final int BATCH = 100;

  private final Provider provider;
  private final int batch;

  private Retention(Provider provider, int batch) {
    this.provider = provider;
    this.batch = batch;
  }

  /**
   * Works on a store.
   *
   * @param provider the store, which is to live longer
   * @return the retention
   */
  public static Retention on(Provider provider) {
    return new Retention(Objects.requireNonNull(provider, "provider"), BATCH);
  }

  /**
   * Sets how much one transaction removes at most.
   *
   * @param count how many instances, runs, messages or records, from 1; 100 unless set. A tree of
   *     instances goes in one transaction, however large it is
   * @return a new retention
   * @throws IllegalArgumentException when it is below 1
   */
  public Retention batches(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a batch has " + count + "; it starts at 1");
    }
    return new Retention(provider, count);
  }

  /**
   * Carries a policy out, unless another process does. Stops between two transactions when the
   * thread is interrupted, or the lease is lost; what was removed until then is in the report.
   *
   * @param policy what goes
   * @return what went
   * @throws ProviderError when the store fails, or does not declare what the policy needs; what was
   *     removed before stays removed, and doing it again goes on
   */
  public RetentionReport run(RetentionPolicy policy) {
    Optional<Leases> leases = provider.capability(Leases.class);
    if (leases.isEmpty()) {
      return sweep(policy, Removal.of(provider, batch, () -> true));
    }
    return switch (leases.get().acquire(LEASE, holder(), LEASE_FOR)) {
      case LeaseAnswer.Held held -> Sweep.nothing(held.lease().holder());
      case LeaseAnswer.Acquired acquired -> {
        try {
          Supplier<Boolean> mayGoOn =
              () ->
                  !Thread.currentThread().isInterrupted()
                      && isHeld(() -> leases.get().renew(acquired.token(), LEASE_FOR));
          yield sweep(policy, Removal.of(provider, batch, mayGoOn));
        } finally {
          leases.get().release(acquired.token());
        }
      }
    };
  }

  private static boolean isHeld(Runnable renewal) {
    try {
      renewal.run();
      return true;
    } catch (ProviderError.LockLost e) {
      return false;
    }
  }

  /**
   * Says what {@link #run} would remove, if nothing happened until then. Changes nothing.
   *
   * @param policy what goes
   * @return what would go
   * @throws ProviderError as {@link #run}
   */
  public RetentionReport dryRun(RetentionPolicy policy) {
    return sweep(policy, Removal.imagined(provider, batch));
  }

  private RetentionReport sweep(RetentionPolicy policy, Removal removal) {
    return new Sweep(provider, policy, removal, now()).run();
  }

  private Instant now() {
    return provider
        .capability(InstanceAdmin.class)
        .flatMap(InstanceAdmin::readyWork)
        .map(ReadyWork::now)
        .orElseGet(Instant::now);
  }

  private static String holder() {
    return "process-" + ProcessHandle.current().pid();
  }

  /**
   * Carries a policy out now and again, on a thread of its own. A store that fails is logged and
   * tried again the next time. Any number of processes may do this.
   *
   * @param policy what goes
   * @param every how long it pauses between two times; above zero
   * @return what runs, to be closed by the caller
   * @throws IllegalArgumentException when the pause is not positive
   */
  public RetentionService every(Duration every, RetentionPolicy policy) {
    if (!every.isPositive()) {
      throw new IllegalArgumentException("the pause is " + every + "; it must be above zero");
    }
    return RetentionService.start(every, () -> run(policy));
  }
}
