// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.client.CompletionSignals;
import dev.holdfast.runtime.internal.event.PayloadCodec;
import dev.holdfast.runtime.internal.replay.CodeWatch;
import dev.holdfast.runtime.internal.replay.Host;
import dev.holdfast.runtime.internal.replay.PayloadLimit;
import dev.holdfast.runtime.internal.replay.StoreFeatures;
import dev.holdfast.worker.Worker;
import dev.holdfast.worker.WorkerListener;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.internal.util.WorkerThreads;
import java.time.Duration;
import java.util.List;

/** Puts the parts of the engine together and plugs them into a worker. */
public final class ReplayEngine {

  private ReplayEngine() {}

  /**
   * Makes the builder of a worker that runs orchestrations and activities.
   *
   * @param signals is told of instances that the worker ends
   * @param listeners are told of histories that become long, and not added to the worker
   */
  public static Worker.Builder in(
      Provider provider,
      Registry registry,
      EngineSettings settings,
      WorkerSettings worker,
      CompletionSignals signals,
      List<WorkerListener> listeners) {
    PayloadCodec values = new PayloadCodec(settings.converter());
    BlockedTurns blocked = new BlockedTurns(worker.maxConcurrentTurns());
    CodeWatch watch = new CodeWatch(settings.blockedAfter(), blocked);
    Host host =
        new Host(
            values,
            new WorkerThreads(),
            watch,
            PayloadLimit.of(provider.info().limits().maxPayloadBytes()),
            StoreFeatures.of(provider.info()),
            settings.interceptors(),
            settings.history());
    ExecutionCache cache = new ExecutionCache(settings.cacheSize(), worker.lockFor());
    Worker.Builder builder =
        Worker.builder(provider)
            .settings(worker)
            .turns(
                new ReplayTurnHandler(
                    provider,
                    registry,
                    host,
                    cache,
                    blocked,
                    signals,
                    new LongHistories(settings.history(), listeners),
                    settings.pin(),
                    settings.aheadAtMost(),
                    settings.tracing()))
            .activities(
                new ReplayActivityHandler(
                    registry, values, settings.interceptors(), settings.tracing(), provider.info()))
            .background("holdfast-code-watch", watch);
    // behind the other: the first one ends activities that nobody has the code of
    if (!registry.activities().isEmpty()) {
      provider
          .capability(EventStreams.class)
          .ifPresent(streams -> addWaits(builder, provider, streams, settings.streamLookEvery()));
    }
    return builder;
  }

  /** Whoever does activities waits for events of streams too. */
  private static void addWaits(
      Worker.Builder builder, Provider provider, EventStreams streams, Duration lookEvery) {
    StreamTail tail = new StreamTail(provider, streams, lookEvery);
    builder.activities(new StreamWaits(streams, tail, lookEvery));
    builder.background("holdfast-stream-tail", tail);
  }
}
