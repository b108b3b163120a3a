// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Makes a generation beside the live one, and switches. Where effects happen it never gets ahead of
 * the live one, so that each event has its effect from exactly one of them. One thread.
 */
final class Rebuilder<E, R> {

  private final Site<E, R> site;
  private final Consumer<RebuildProgress> progress;
  private final AtomicLong events = new AtomicLong();
  private final int pageSize;

  Rebuilder(Site<E, R> site, Consumer<RebuildProgress> progress, int pageSize) {
    this.site = site;
    this.progress = progress;
    this.pageSize = pageSize;
  }

  Rebuilt run() {
    long start = System.nanoTime();
    ProjectionInfo before = site.info();
    site.meta(before.live());
    int target = target(before);
    int shards = Site.generation(site.info(), target).shards().size();
    List<ShardFold<E, R>> folds = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      folds.add(new ShardFold<>(site, target, i, pageSize));
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(shards)) {
      boolean live = false;
      while (!live) {
        LogPosition goal = goal();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
          int shard = i;
          running.add(pool.submit(() -> bring(folds.get(shard), shard, goal)));
        }
        running.forEach(Rebuilder::join);
        live = isSwitched(target, before.live());
      }
    }
    return new Rebuilt(
        target, before.live(), Duration.ofNanos(System.nanoTime() - start), events.get());
  }

  /** The generation that a rebuild of this build has begun before, or a new one. */
  private int target(ProjectionInfo info) {
    while (true) {
      for (GenerationInfo each : info.generations().reversed()) {
        if (each.generation() > info.live()
            && each.generation() == info.newest()
            && site.meta(each.generation()).build() == site.projection.build()) {
          return each.generation();
        }
      }
      try {
        int made = site.rows.create(site.name, info.newest(), site.shards, LogPosition.START);
        if (site.meta(made).build() == site.projection.build()) {
          return made;
        }
        info = site.info(); // code of another build was faster to say that it is its own
      } catch (ProviderError.VersionConflict | ProviderError.OutcomeUnknown e) {
        info = site.info();
      }
    }
  }

  private boolean hasEffects() {
    return site.projection.effect() != null;
  }

  private LogPosition goal() {
    if (!hasEffects()) {
      return site.store.call(streams -> streams.head()).position();
    }
    ProjectionInfo info = site.info();
    return Collections.min(Site.checkpoints(Site.generation(info, info.live())));
  }

  private void bring(ShardFold<E, R> fold, int shard, LogPosition goal) {
    int retries = 0;
    while (true) {
      ProjectionInfo info = site.info();
      GenerationInfo mine = Site.generation(info, fold.generation());
      LogPosition at = mine.shards().get(shard).checkpoint();
      if (!at.isBefore(goal)) {
        return;
      }
      try {
        ShardFold.Stepped stepped =
            fold.step(new ShardFold.Page(info, at, goal, null, Duration.ZERO));
        progress.accept(
            new RebuildProgress(
                fold.generation(),
                events.addAndGet(stepped.events()),
                Collections.min(Site.checkpoints(mine)),
                goal));
      } catch (RetryLaterException e) {
        Pauses.pause(e.after());
      } catch (ProviderError.VersionConflict e) {
        Pauses.pause(Duration.ofMillis(1)); // another rebuild helps, or another shard was faster
      } catch (ProviderError.Retryable e) {
        retries = Pauses.retry(retries, e);
      }
    }
  }

  private boolean isSwitched(int target, int live) {
    try {
      LogPosition least = null;
      if (site.kind != Site.Kind.INLINE) {
        List<LogPosition> there = Site.checkpoints(Site.generation(site.info(), live));
        least = hasEffects() ? Collections.min(there) : Collections.max(there);
      }
      site.rows.makeLive(site.name, target, live, least);
      return true;
    } catch (ProviderError.VersionConflict | ProviderError.OutcomeUnknown e) {
      int now = site.info().live();
      if (now != live && now != target) {
        throw e;
      }
      return now == target;
    }
  }

  private static void join(Future<?> future) {
    try {
      future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the rebuild was interrupted; another call goes on");
    }
  }
}
