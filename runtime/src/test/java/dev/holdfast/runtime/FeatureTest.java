// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.Leases;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client offers of the features of its store. */
class FeatureTest extends OnSqlite {

  @ParameterizedTest
  @EnumSource(Feature.class)
  void whatTheStoreDeclaresIsThereAndWhatItDoesNotIsNamed(Feature feature) {
    Class<? extends Capability> type = feature.type();
    if (type == null) {
      return;
    }
    try (HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson())) {
      if (provider.info().declares(feature)) {
        assertThat(client.feature(type)).isInstanceOf(type);
        assertThat(client.withStrictStarts().feature(type)).isInstanceOf(type);
      } else {
        assertThatThrownBy(() -> client.feature(type))
            .isInstanceOfSatisfying(
                ProviderError.NotSupported.class,
                error -> assertThat(error.feature()).isEqualTo(feature));
      }
    }
  }

  @Test
  void whatAStoreDoesNotDeclareIsRefused() {
    Intercepted store = new Intercepted(provider);
    store.around(
        (name, arguments, real) -> name.equals("capability") ? Optional.empty() : real.call());
    try (HoldfastClient client = HoldfastClient.on(store.provider(), DataConverter.jackson())) {
      assertThatThrownBy(client::admin).hasMessageContaining("INSTANCE_ADMIN");
      assertThatThrownBy(client::deletion).hasMessageContaining("INSTANCE_DELETION");
      assertThatThrownBy(client::pruning).hasMessageContaining("EXECUTION_PRUNING");
    }
  }

  @Test
  void leasesOfTheStoreAreThereForApplications() {
    try (HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson())) {
      Leases leases = client.feature(Leases.class);
      LeaseAnswer answer = leases.acquire("nightly-report", "app", LONG);

      assertThat(answer).isInstanceOf(LeaseAnswer.Acquired.class);
      assertThat(openHandle().capability(Leases.class).orElseThrow().lease("nightly-report"))
          .contains(answer.lease());
      assertThat(leases.release(((LeaseAnswer.Acquired) answer).token())).isTrue();
    }
  }

  @Test
  void aTypeOfNoFeatureIsAMistake() {
    try (HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson())) {
      assertThatThrownBy(() -> client.feature(Capability.class))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
