// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.mutants.Forwarding;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Two broken fixtures that can be named by class, for tests of the kit's doors. */
final class Mutants {

  private Mutants() {}

  /** Claims to be another provider. */
  public static final class SaysItIsSomebodyElse extends BrokenFixture {
    @Override
    public ProviderIdentity provider() {
      return new ProviderIdentity("acme", "1");
    }

    @Override
    UnaryOperator<Provider> breaker() {
      return inner -> inner;
    }
  }

  /** Keeps one plain message per instance and kind, as if a second one said the same. */
  public static final class MergesMessages extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Set<String> queued = ConcurrentHashMap.newKeySet();
      return inner ->
          new Forwarding(inner) {
            @Override
            public EnqueueResult enqueue(OrchestratorMessage message) {
              if (message.start() != null || queued.add(message.instanceId() + message.kind())) {
                return super.enqueue(message);
              }
              return EnqueueResult.of(true);
            }
          };
    }
  }
}
