// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The orchestrator queue, as a worker sees it. */
final class TurnSource extends LockedSource<OrchestrationItem, OrchestrationCode> {

  private static final Logger LOG = LoggerFactory.getLogger(TurnSource.class);

  private final Routes routes;
  private final StoreClock clock;
  private volatile boolean skipHistoryOnce;

  TurnSource(
      Provider provider,
      RetryingStore store,
      LockRenewer locks,
      WorkerSettings settings,
      Engines engines,
      Served<OrchestrationCode> served,
      Deliveries deliveries,
      Routes routes,
      StoreClock clock,
      BiConsumer<OrchestrationItem, HeldLock> process) {
    super(provider, store, locks, settings, engines, served, deliveries, process);
    this.routes = routes;
    this.clock = clock;
  }

  @Override
  public Runnable accept(OrchestrationItem item, boolean claimed) {
    clock.observed(item.fetchedAt());
    return super.accept(item, claimed);
  }

  @Override
  public StoreCall call() {
    return StoreCall.FETCH_INSTANCES;
  }

  @Override
  public List<OrchestrationItem> fetch(int most, long maxBytes, Duration waitUpTo) {
    OrchestrationFetch request =
        routes
            .with(OrchestrationFetch.of(most, settings.lockFor()))
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
  LockToken token(OrchestrationItem item) {
    return item.lockToken();
  }

  @Override
  String work(OrchestrationItem item) {
    return item.instanceId();
  }

  @Override
  public void fetched(int items) {
    deliveries.fetched(Work.Kind.TURN, items);
  }

  @Override
  WorkNotes notes(OrchestrationItem item, boolean claimed) {
    return deliveries.notes(item, claimed);
  }

  @Override
  int deliveryCount(OrchestrationItem item) {
    return item.deliveryCount();
  }

  @Override
  boolean isServed(OrchestrationItem item) {
    return engines.turns(item) != null;
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
    for (KeyValue value : item.kvSnapshot().values()) {
      bytes += value.value().size();
    }
    return bytes;
  }

  @Override
  public void memoryIsShort() {
    skipHistoryOnce = true;
    super.memoryIsShort();
  }

  private int inlineHistory() {
    if (skipHistoryOnce) {
      skipHistoryOnce = false;
      return 0;
    }
    return engines.inlineHistory();
  }
}
