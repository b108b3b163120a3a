// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.internal.Backoff;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that are repeated as long as they may succeed: while the lock lives. A result is never
 * thrown away because the store was away for a moment.
 */
final class StoreCalls {

  private static final Logger LOG = LoggerFactory.getLogger(StoreCalls.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Provider provider;
  private final StoreHealth health;
  private final LeaseKeeper leases;

  StoreCalls(Provider provider, StoreHealth health, LeaseKeeper leases) {
    this.provider = provider;
    this.health = health;
    this.leases = leases;
  }

  /** Acks a turn, and tells activities of this worker at once that the turn has cancelled them. */
  AckResult ackTurn(Lease lease, OrchestrationAck ack) {
    AckResult result = ack(lease, () -> provider.ackOrchestrationItem(ack));
    if (!(result instanceof AckResult.Rejected) && !ack.cancelledActivities().isEmpty()) {
      leases.cancelled(Set.copyOf(ack.cancelledActivities()));
    }
    return result;
  }

  /**
   * Acks, or learns why that is impossible; {@code LockLost} also when the lock ran out meanwhile.
   */
  AckResult ack(Lease lease, Supplier<AckResult> ack) {
    try {
      return repeat(lease, ack);
    } catch (ProviderError.Permanent e) {
      return AckResult.rejected(e);
    } catch (ProviderError e) {
      return AckResult.rejected(
          new ProviderError.LockLost(
              e.operation(), lease.token(), "it ran out before the store could be reached"));
    }
  }

  /** Reads; throws what the last try threw. */
  <T> T read(Lease lease, Supplier<T> read) {
    return repeat(lease, read);
  }

  /** Gives work back, as far as the store can be told. */
  boolean abandon(LockToken token, Abandonment how) {
    try {
      switch (token) {
        case LockToken.OfInstance instance -> provider.abandonOrchestrationItem(instance, how);
        case LockToken.OfActivity activity -> provider.abandonActivityItem(activity, how);
      }
      return true;
    } catch (ProviderError e) {
      // Lost already, or the store is away: then the lock runs out by itself.
      LOG.debug("{} could not be given back", token, e);
      return false;
    }
  }

  private <T> T repeat(Lease lease, Supplier<T> call) {
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    while (true) {
      try {
        T answer = call.get();
        health.works();
        return answer;
      } catch (ProviderError.Retryable e) {
        health.failed(e);
        if (!lease.isLive()) {
          throw e;
        }
        pause(pauses.next(), e);
      }
    }
  }

  private static void pause(Duration time, ProviderError error) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw error;
    }
  }
}
