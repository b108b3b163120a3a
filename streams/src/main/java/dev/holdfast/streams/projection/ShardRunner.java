// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.streams.projection.ShardHealth.State;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs one shard of the live generation, as long as it has its lease. A page that it commits too
 * late is refused by the lease. One thread; {@link #health} for all.
 */
final class ShardRunner<E, R> {

  private static final Duration CONTENDED = Duration.ofMillis(10);

  private final Site<E, R> site;
  private final int shard;
  private final RunnerSettings settings;
  private final String holder;
  private final @Nullable Leases leases;
  private @Nullable ShardFold<E, R> fold;
  private @Nullable LeaseToken lease;
  private long renewAt;
  private int builtGeneration;
  private volatile ShardHealth health;

  ShardRunner(Site<E, R> site, int shard, RunnerSettings settings, String holder) {
    this.site = site;
    this.shard = shard;
    this.settings = settings;
    this.holder = holder;
    leases = site.store.provider().capability(Leases.class).orElse(null);
    health = new ShardHealth(shard, State.STARTING, null);
  }

  ShardHealth health() {
    return health;
  }

  private Duration now(State state, @Nullable String error, Duration pause) {
    health = new ShardHealth(shard, state, error);
    return pause;
  }

  /** Does what is to be done next; returns how long there is nothing to do. */
  Duration turn() {
    if (health.state() == State.STOPPED) {
      return settings.pause();
    }
    try {
      return page();
    } catch (RetryLaterException e) {
      return now(State.RETRYING, Texts.of(e), e.after());
    } catch (ProjectionStoppedException e) {
      release();
      return now(State.STOPPED, e.getMessage(), settings.pause());
    } catch (ProviderError.LockLost e) {
      lease = null;
      return Duration.ZERO;
    } catch (ProviderError.VersionConflict | ProviderError.NotFound e) {
      // The checkpoint, a row or the generation is not what it was a moment ago: look again.
      return Duration.ofMillis(1);
    } catch (ProviderError.StoreContention | ProviderError.OutcomeUnknown e) {
      return CONTENDED; // others write too; what has become of the page, the checkpoint says
    } catch (RuntimeException e) {
      return now(State.TROUBLED, Texts.of(e), settings.pause());
    }
  }

  private Duration page() throws RetryLaterException {
    ProjectionInfo info = site.info();
    GenerationInfo live = Site.generation(info, info.live());
    if (builtGeneration != live.generation()) {
      if (site.meta(live.generation()).build() != site.projection.build()) {
        release();
        return now(State.OTHER_BUILD, null, settings.pause());
      }
      builtGeneration = live.generation();
    }
    if (shard >= live.shards().size()) {
      release();
      return now(State.STANDBY, null, settings.pause());
    }
    ShardFold<E, R> current = fold;
    if (current == null || current.generation() != live.generation()) {
      release();
      int most = site.store.streams().limits().maxPageSize();
      current =
          new ShardFold<>(site, live.generation(), shard, Math.min(settings.pageSize(), most));
      fold = current;
    }
    if (!hasLease(live.generation())) {
      return now(State.STANDBY, null, settings.pause());
    }
    Duration third = settings.leaseFor().dividedBy(3);
    ShardFold.Stepped stepped =
        current.step(
            new ShardFold.Page(
                info,
                live.shards().get(shard).checkpoint(),
                null,
                lease,
                settings.pause().compareTo(third) > 0 ? third : settings.pause()));
    return now(
        State.RUNNING, null, stepped.atEnd() && lease == null ? settings.pause() : Duration.ZERO);
  }

  private boolean hasLease(int generation) {
    Leases some = leases;
    if (some == null) {
      return true; // the checkpoint alone decides between runners then
    }
    LeaseToken held = lease;
    if (held == null) {
      String name = "projection/%s/%d/%d".formatted(site.name, generation, shard);
      if (!(some.acquire(name, holder, settings.leaseFor()) instanceof LeaseAnswer.Acquired got)) {
        return false;
      }
      lease = got.token();
    } else if (System.nanoTime() - renewAt >= 0) {
      some.renew(held, settings.leaseFor());
    } else {
      return true;
    }
    renewAt = System.nanoTime() + settings.leaseFor().toNanos() / 3;
    return true;
  }

  /** Gives the shard to others. */
  void release() {
    LeaseToken held = lease;
    lease = null;
    if (held != null && leases != null) {
      try {
        leases.release(held);
      } catch (ProviderError e) {
        // It ends by itself.
      }
    }
  }
}
