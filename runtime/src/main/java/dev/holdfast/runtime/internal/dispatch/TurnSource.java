// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.Settings;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The orchestrator queue, as a worker sees it. */
final class TurnSource implements FetchLoop.Source<OrchestrationItem> {

  private static final Logger LOG = LoggerFactory.getLogger(TurnSource.class);

  private final Provider provider;
  private final StoreCalls calls;
  private final LeaseKeeper leases;
  private final Settings settings;
  private final InlineHistory inlineHistory;
  private final Registry registry;
  private final Served<OrchestrationCode> served;
  private final Runnable shortage;
  private final BiConsumer<OrchestrationItem, Lease> process;

  TurnSource(
      Provider provider,
      StoreCalls calls,
      LeaseKeeper leases,
      Settings settings,
      InlineHistory inlineHistory,
      Registry registry,
      Served<OrchestrationCode> served,
      Runnable shortage,
      BiConsumer<OrchestrationItem, Lease> process) {
    this.provider = provider;
    this.calls = calls;
    this.leases = leases;
    this.settings = settings;
    this.inlineHistory = inlineHistory;
    this.registry = registry;
    this.served = served;
    this.shortage = shortage;
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
            .withInlineHistory(inlineHistory.forNextFetch());
    try {
      return provider.fetchOrchestrationItems(request);
    } catch (ProviderError.CorruptData e) {
      // One damaged history must not stand in the way; without its history it can be ended.
      LOG.error("a fetch met damaged data; going on without histories: {}", Told.text(e));
      inlineHistory.unreadable();
      return List.of();
    }
  }

  @Override
  public Runnable accept(OrchestrationItem item) {
    if (isForeign(item) && !settings.failUnrunnable()) {
      served.metOthers();
    }
    Lease lease = leases.keep(item.lockToken(), item.instanceId());
    return () -> {
      try {
        process.accept(item, lease);
      } catch (Throwable e) {
        calls.abandon(
            item.lockToken(), Abandonment.after(settings.retryDelay(item.attemptCount())));
        throw e;
      } finally {
        leases.release(item.lockToken());
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
    inlineHistory.unreadable();
    shortage.run();
  }

  private boolean isForeign(OrchestrationItem item) {
    String name = item.name();
    return name != null && registry.orchestration(name, item.version()) == null;
  }

  @Override
  public void giveBack(OrchestrationItem item) {
    leases.release(item.lockToken());
    calls.abandon(item.lockToken(), Abandonment.now().uncounted());
  }
}
