// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
      try {
        checks().check("ackOrchestrationItem", ack);
      } catch (ProviderError.Permanent e) {
        return AckResult.rejected(e);
      }
      return super.ackOrchestrationItem(ack);
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
