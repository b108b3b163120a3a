// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.state.LeaseToken;
import org.junit.jupiter.api.Test;

/** Errors say what to do next, and where they happened. */
class ProviderErrorTest {

  @Test
  void theFamilyDecidesWhetherRepeatingHelps() {
    ProviderError unknown = new OutcomeUnknown("enqueue", "connection lost", null);
    ProviderError failure = new StoreFailure("enqueue", "made-up code", new RuntimeException());
    assertThat(unknown).isInstanceOf(Retryable.class);
    assertThat(unknown.isRetryable()).isTrue();
    assertThat(failure).isInstanceOf(Permanent.class).hasCauseInstanceOf(RuntimeException.class);
    assertThat(failure.isRetryable()).isFalse();
  }

  @Test
  void messagesNameOperationInstanceAndCause() {
    LockLost lost =
        new LockLost("ackOrchestrationItem", new LockToken.OfInstance("order-7", 42), "expired");
    assertThat(lost.operation()).isEqualTo("ackOrchestrationItem");
    assertThat(lost.instanceId()).isEqualTo("order-7");
    assertThat(lost).hasMessageContainingAll("ackOrchestrationItem", "order-7", "#42", "expired");
    LockLost lease = new LockLost("renew", new LeaseToken("report", 43), "the lease has ended");
    assertThat(lease.instanceId()).isNull();
    assertThat(lease).hasMessage("renew: lease report#43: the lease has ended");
    assertThat(new InstanceBusy("delete", "child", "it runs").instanceId()).isEqualTo("child");
    assertThat(new NotSupported("fetch", Feature.TAGS).feature()).isEqualTo(Feature.TAGS);
  }
}
