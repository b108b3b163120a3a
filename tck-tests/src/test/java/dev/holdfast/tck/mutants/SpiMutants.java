// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.feature.KeyValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Handles that say one thing about themselves and are another, or do not end well. */
final class SpiMutants {

  private SpiMutants() {}

  static List<Mutant> all() {
    return new Family("SPI")
        .handle(
            "info-changes-with-close",
            "A closed handle says other things about itself.",
            "SPI-06: info() asks the store",
            InfoChanges::new)
        .handle(
            "limits-below-the-floor",
            "The provider allows less than the specification demands.",
            "SPI-06: the store's own limit is passed on",
            inner ->
                new Info(
                    inner,
                    info ->
                        new ProviderInfo(
                            info.id(),
                            info.version(),
                            info.specVersion(),
                            info.features(),
                            info.limits().withMaxPayloadBytes(1024 * 1024),
                            info.wakeUpBound())))
        .declining(
            "claims-are-not-checked",
            "A claim that needs an undeclared feature is taken without it.",
            "SPI-08: the checks of a fetch are not made for a claim",
            UncheckedClaims::new)
        .declining(
            "declares-what-it-lacks",
            "A feature is declared and cannot be had.",
            "SPI-07: a list of capabilities by hand",
            inner ->
                new Info(
                    inner,
                    info ->
                        new ProviderInfo(
                            info.id(),
                            info.version(),
                            info.specVersion(),
                            Set.of(Feature.KEY_VALUES),
                            info.limits(),
                            info.wakeUpBound())))
        .declining(
            "has-what-it-does-not-declare",
            "A feature can be had that is not declared.",
            "SPI-07: a cast instead of a lookup",
            HasMore::new)
        .handle(
            "unknown-capabilities-are-errors",
            "Asking for a capability that the provider does not know fails.",
            "SPI-07: an exception in the default branch",
            UnknownCapabilities::new)
        .declining(
            "ignores-tag-filters",
            "A fetch for tags gets activities without a tag.",
            "SPI-08: an undeclared feature is left out without a word",
            IgnoresTagFilters::new)
        .declining(
            "forgets-tags",
            "The tag of an activity is left out without a word.",
            "SPI-08: an undeclared feature is left out without a word",
            ForgetsTags::new)
        .declining(
            "refusal-costs-the-lock",
            "An ack that asks for an undeclared feature loses its lock.",
            "SPI-08: the error path abandons",
            RefusalCostsTheLock::new)
        .handle(
            "list-form-of-acks-stops",
            "The list form does not try acks behind a rejected one.",
            "SPI-09: an override that means something else",
            ListFormStops::new)
        .handle(
            "list-form-of-renewals-is-all-or-nothing",
            "One lost lock in a list makes all of them lost.",
            "SPI-09: an override that means something else",
            RenewsAllOrNothing::new)
        .handle(
            "closed-handles-work",
            "Closing does nothing.",
            "SPI-10: close() of a shared pool",
            ClosedHandlesWork::new)
        .handle(
            "closed-handles-are-empty",
            "A closed handle answers fetches as if there were no work.",
            "SPI-10: the closed flag ends the loop",
            ClosedHandlesAreEmpty::new)
        .handle(
            "closing-twice-fails",
            "The second close fails.",
            "SPI-10: close() is not idempotent",
            ClosingTwiceFails::new)
        .store(
            "closing-one-closes-all",
            "Closing a handle closes all handles on its store.",
            "SPI-11: a pool that is shared and closed",
            store -> closingOneClosesAll())
        .handle(
            "closing-releases-locks",
            "Closing a handle gives back what it holds.",
            "SPI-11: locks bound to the session",
            ClosingReleases::new)
        .handle(
            "leaves-a-thread",
            "A thread of each handle goes on after close.",
            "SPI-12: an executor that is not shut down",
            LeavesAThread::new)
        .handle(
            "writes-to-the-console",
            "A blank is written to the console with each fetch.",
            "SPI-12: a line for debugging that stayed",
            WritesToTheConsole::new)
        .mutants();
  }

  private static class Info extends Forwarding {
    private final UnaryOperator<ProviderInfo> change;

    Info(Provider inner, UnaryOperator<ProviderInfo> change) {
      super(inner);
      this.change = change;
    }

    @Override
    public ProviderInfo info() {
      return change.apply(super.info());
    }
  }

  private static final class UncheckedClaims extends Claiming {
    UncheckedClaims(Provider inner) {
      super(inner);
    }

    @Override
    EagerInstance asked(EagerInstance eager) {
      return new EagerInstance(eager.lockFor(), eager.inlineHistory(), null);
    }

    @Override
    EagerActivities asked(EagerActivities eager) {
      return new EagerActivities(eager.max(), eager.lockFor(), TagFilter.untagged(), null);
    }
  }

  private static final class InfoChanges extends Forwarding {
    private boolean closed;

    InfoChanges(Provider inner) {
      super(inner);
    }

    @Override
    public ProviderInfo info() {
      ProviderInfo info = super.info();
      return closed
          ? new ProviderInfo(
              info.id(),
              info.version(),
              info.specVersion(),
              info.features(),
              info.limits(),
              info.wakeUpBound().plusSeconds(1))
          : info;
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }

  private static final class HasMore extends Forwarding {
    private final KeyValues more =
        new KeyValues() {
          @Override
          public Optional<KeyValue> read(String instanceId, String key) {
            return Optional.empty();
          }

          @Override
          public Map<String, KeyValue> readAll(String instanceId) {
            return Map.of();
          }
        };

    HasMore(Provider inner) {
      super(inner);
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return type == KeyValues.class ? Optional.of(type.cast(more)) : super.capability(type);
    }
  }

  private static final class UnknownCapabilities extends Forwarding {
    UnknownCapabilities(Provider inner) {
      super(inner);
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      if (type.getName().startsWith("dev.holdfast.provider.")) {
        return super.capability(type);
      }
      throw new InvalidRequest("capability", "there is no " + type.getName());
    }
  }

  private static final class IgnoresTagFilters extends Forwarding {
    IgnoresTagFilters(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      return super.fetchActivityItems(request.withTagFilter(TagFilter.untagged()));
    }
  }

  private static final class ForgetsTags extends Altering {
    ForgetsTags(Provider inner) {
      super(inner);
    }

    @Override
    ActivityTask written(ActivityTask task) {
      return ActivityTask.builder(
              task.identity(), task.name(), task.input(), task.orchestrationName())
          .sessionId(task.sessionId())
          .orchestrationVersion(task.orchestrationVersion())
          .build();
    }
  }

  private static final class RefusalCostsTheLock extends Forwarding {
    RefusalCostsTheLock(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Rejected(NotSupported refused)) {
        inner.abandon(ack.lockToken(), AbandonOptions.now());
      }
      return result;
    }
  }

  private static final class ListFormStops extends Forwarding {
    ListFormStops(Provider inner) {
      super(inner);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      List<AckResult> results = new ArrayList<>();
      AckResult bad = null;
      for (OrchestrationAck ack : acks) {
        AckResult result = bad != null ? bad : ackOrchestrationItem(ack);
        bad = result instanceof AckResult.Rejected ? result : null;
        results.add(result);
      }
      return results;
    }
  }

  private static final class RenewsAllOrNothing extends Forwarding {
    RenewsAllOrNothing(Provider inner) {
      super(inner);
    }

    @Override
    public Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor) {
      Set<LockToken> held = super.renew(tokens, extendFor);
      return held.containsAll(tokens) ? held : Set.of();
    }
  }

  private static final class ClosedHandlesWork extends Forwarding {
    ClosedHandlesWork(Provider inner) {
      super(inner);
    }

    @Override
    public void close() {
      // What was open stays open.
    }
  }

  private static final class ClosedHandlesAreEmpty extends Forwarding {
    private volatile boolean closed;

    ClosedHandlesAreEmpty(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return closed ? List.of() : super.fetchOrchestrationItems(request);
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }

  private static final class ClosingTwiceFails extends Forwarding {
    private boolean closed;

    ClosingTwiceFails(Provider inner) {
      super(inner);
    }

    @Override
    public void close() {
      if (closed) {
        throw new InvalidRequest("close", "the handle is closed");
      }
      closed = true;
      super.close();
    }
  }

  private static UnaryOperator<Provider> closingOneClosesAll() {
    List<Provider> all = new CopyOnWriteArrayList<>();
    return inner -> {
      all.add(inner);
      return new Forwarding(inner) {
        @Override
        public void close() {
          all.forEach(Provider::close);
        }
      };
    };
  }

  private static final class ClosingReleases extends Forwarding {
    private final Set<LockToken> held = ConcurrentHashMap.newKeySet();

    ClosingReleases(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      items.forEach(item -> held.add(item.lockToken()));
      return items;
    }

    @Override
    public void close() {
      for (LockToken token : held) {
        try {
          inner.abandon(token, AbandonOptions.now());
        } catch (RuntimeException lost) {
          held.remove(token);
        }
      }
      super.close();
    }
  }

  private static final class LeavesAThread extends Forwarding {
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    LeavesAThread(Provider inner) {
      super(inner);
      Thread.ofPlatform().daemon().name("left-behind").start(LeavesAThread::idle);
    }

    private static void idle() {
      try {
        boolean counted = NEVER.await(1, TimeUnit.MINUTES);
        assert !counted;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class WritesToTheConsole extends Forwarding {
    WritesToTheConsole(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      System.out.print(' ');
      return super.fetchOrchestrationItems(request);
    }
  }
}
