// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.Unrunnable;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The orchestrator queue, as a worker sees it. */
final class TurnSource implements Poller.Source<OrchestrationItem> {

  private static final Logger LOG = LoggerFactory.getLogger(TurnSource.class);

  private final Provider provider;
  private final RetryingStore store;
  private final LockRenewer locks;
  private final WorkerSettings settings;
  private final Engines engines;
  private final Served<OrchestrationCode> served;
  private final BiConsumer<OrchestrationItem, HeldLock> process;
  private volatile boolean skipHistoryOnce;

  TurnSource(
      Provider provider,
      RetryingStore store,
      LockRenewer locks,
      WorkerSettings settings,
      Engines engines,
      Served<OrchestrationCode> served,
      BiConsumer<OrchestrationItem, HeldLock> process) {
    this.provider = provider;
    this.store = store;
    this.locks = locks;
    this.settings = settings;
    this.engines = engines;
    this.served = served;
    this.process = process;
  }

  @Override
  public StoreHealth.Call call() {
    return StoreHealth.Call.FETCH_INSTANCES;
  }

  @Override
  public List<OrchestrationItem> fetch(int most, long maxBytes, Duration waitUpTo) {
    OrchestrationFetch request =
        OrchestrationFetch.of(most, settings.lockFor())
            .withWaitUpTo(waitUpTo)
            .withServed(served.filter())
            .withMaxBytes(maxBytes)
            .withInlineHistory(inlineHistory());
    try {
      return provider.fetchOrchestrationItems(request);
    } catch (ProviderError.CorruptData e) {
      // One damaged history must not stand in the way; without its history it can be ended.
      LOG.error("a fetch met damaged data; going on without histories: {}", Told.text(e));
      skipHistoryOnce = true;
      return List.of();
    }
  }

  @Override
  public Runnable accept(OrchestrationItem item) {
    if (settings.unrunnable() == Unrunnable.RELEASE && engines.turns(item) == null) {
      served.metOthers();
    }
    HeldLock lock = locks.keep(item.lockToken(), item.instanceId());
    return () -> {
      try {
        process.accept(item, lock);
      } catch (Throwable e) {
        store.abandon(
            item.lockToken(), Abandonment.after(settings.redelivery().after(item.attemptCount())));
        throw e;
      } finally {
        locks.release(item.lockToken());
      }
    };
  }

  @Override
  public long bytes(OrchestrationItem item) {
    long bytes = 0;
    for (OrchestratorMessage message : item.messages()) {
      bytes += message.body().size();
    }
    for (HistoryEvent event : item.history().events()) {
      bytes += event.data().size();
    }
    return bytes;
  }

  @Override
  public void memoryIsShort() {
    skipHistoryOnce = true;
    engines.memoryIsShort();
  }

  private int inlineHistory() {
    if (skipHistoryOnce) {
      skipHistoryOnce = false;
      return 0;
    }
    return engines.inlineHistory();
  }

  @Override
  public void giveBack(OrchestrationItem item) {
    locks.release(item.lockToken());
    store.abandon(item.lockToken(), Abandonment.now().uncounted());
  }
}
