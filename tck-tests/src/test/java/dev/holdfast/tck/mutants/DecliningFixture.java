// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The reference with fewer features: what it does not declare it ignores or refuses, as it should.
 */
final class DecliningFixture extends ChangedFixture {

  private final Set<Feature> features;

  DecliningFixture(Set<Feature> features) {
    super(new ReferenceFixture());
    this.features = features;
  }

  @Override
  public TestStore freshStore(String purpose) {
    return new ChangedStore(super.freshStore(purpose)) {
      @Override
      protected Provider handle(Provider right) {
        return new Declining(right, features);
      }
    };
  }

  private static final class Declining extends Claiming {
    private final Set<Feature> features;

    Declining(Provider inner, Set<Feature> features) {
      super(inner);
      this.features = features;
    }

    @Override
    public ProviderInfo info() {
      ProviderInfo info = inner.info();
      return new ProviderInfo(
          info.id(),
          info.version(),
          info.specVersion(),
          features,
          info.limits(),
          info.wakeUpBound());
    }

    /** What is not declared is refused. */
    private RequestChecks checks() {
      return new RequestChecks(info());
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      checks().check("fetchActivityItems", request);
      return super.fetchActivityItems(request);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      checks().check("fetchOrchestrationItems", request);
      return super.fetchOrchestrationItems(request);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return ackOrchestrationItems(List.of(ack)).get(0);
    }

    @Override
    public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
      return acked(
          acks, ack -> checks().check("ackOrchestrationItem", ack), super::ackOrchestrationItems);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      return ackActivityItems(List.of(ack)).get(0);
    }

    @Override
    public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
      return acked(acks, ack -> checks().check("ackActivityItem", ack), super::ackActivityItems);
    }

    /** Rejects those acks that are refused, and passes the others on in one list. */
    private static <A> List<AckResult> acked(
        List<A> acks, Consumer<A> check, Function<List<A>, List<AckResult>> pass) {
      List<A> good = new ArrayList<>();
      List<Optional<AckResult>> refusals = new ArrayList<>();
      for (A ack : acks) {
        try {
          check.accept(ack);
          good.add(ack);
          refusals.add(Optional.empty());
        } catch (ProviderError.Permanent e) {
          refusals.add(Optional.of(AckResult.rejected(e)));
        }
      }
      Iterator<AckResult> passed =
          good.isEmpty() ? Collections.emptyIterator() : pass.apply(good).iterator();
      return refusals.stream().map(refusal -> refusal.orElseGet(passed::next)).toList();
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
      checks().check("enqueue", eager);
      return super.enqueue(message, eager);
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return features.stream().anyMatch(feature -> feature.type() == type)
          ? super.capability(type)
          : Optional.empty();
    }

    @Override
    @Nullable EagerInstance asked(EagerInstance eager) {
      return features.contains(Feature.EAGER_DISPATCH) ? eager.withTurnAhead(null) : null;
    }

    @Override
    @Nullable EagerActivities asked(EagerActivities eager) {
      return features.contains(Feature.EAGER_DISPATCH) ? eager : null;
    }
  }
}
