// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Claims at the edges that only this provider has. */
class ClaimIT {

  private static final Duration LOCK = Duration.ofMinutes(10);
  private static final EagerInstance CLAIM = new EagerInstance(LOCK, 10, null);
  private static final int CALLERS = 16;
  private static final int ROUNDS = 20;

  @Test
  void whatCannotBeReadIsGivenBack() {
    inStore((tenant, provider) -> {
      provider.enqueue(Sample.start("one", Sample.NAME, null));
      setKinds(tenant, "");
      assertThat(provider.enqueue(Sample.message("one", "more"), CLAIM).eagerInstance()).isNull();
      assertThatThrownBy(() -> fetch(provider)).isInstanceOf(CorruptData.class);

      setKinds(tenant, "readable");
      List<OrchestrationItem> items = fetch(provider);
      assertThat(items).hasSize(1);
      assertThat(items.get(0).deliveryCount()).isEqualTo(1);
      assertThat(items.get(0).messages()).hasSize(2);
    });
  }

  /** Calls that travel together: those with one id are one message, and one of them gets it. */
  @Test
  void ofEqualMessagesThatComeTogetherOneIsClaimed() {
    inStore((tenant, provider) -> {
      for (int round = 0; round < ROUNDS; round++) {
        OrchestratorMessage start =
            OrchestratorMessage.builder("id-" + round, "start", Sample.message("id", "").body())
                .start(Sample.start("id", Sample.NAME, null).start())
                .messageId("start")
                .build();
        List<OrchestrationItem> claimed =
            together(() -> Optional.ofNullable(provider.enqueue(start, CLAIM).eagerInstance()));
        assertThat(claimed).hasSize(1);
        assertThat(claimed.get(0).messages()).hasSize(1);
      }
      assertThat(fetch(provider)).isEmpty();
    });
  }

  /** Calls that travel together, with claims and without: each instance has one holder. */
  @Test
  void anInstanceThatManyCallForIsClaimedOnce() {
    inStore((tenant, provider) -> {
      for (int round = 0; round < ROUNDS; round++) {
        OrchestratorMessage start = Sample.start("many-" + round, Sample.NAME, null);
        assertThat(
                together(() -> Optional.ofNullable(provider.enqueue(start, CLAIM).eagerInstance())))
            .hasSize(1);
      }
      assertThat(fetch(provider)).isEmpty();
    });
  }

  private static List<OrchestrationItem> together(Callable<Optional<OrchestrationItem>> call) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Optional<OrchestrationItem>>> calls =
          IntStream.range(0, CALLERS).mapToObj(n -> threads.submit(call)).toList();
      threads.close();
      return calls.stream().map(Future::resultNow).flatMap(Optional::stream).toList();
    }
  }

  private static void setKinds(Tenant tenant, String kind) {
    TestServer.execute(
        tenant.location(),
        "UPDATE \"%s\".message SET kind = '%s' WHERE start_name IS NOT NULL"
            .formatted(tenant.name(), kind));
  }

  private static List<OrchestrationItem> fetch(Provider provider) {
    return provider.fetchOrchestrationItems(OrchestrationFetch.of(10, LOCK));
  }

  private static void inStore(BiConsumer<Tenant, Provider> test) {
    Tenant tenant = Tenant.inSharedDatabase();
    try {
      ProviderConfig config =
          ProviderConfig.url(tenant.location().url()).option("schema", tenant.name()).build();
      try (Provider provider =
          Opening.open(config, PostgresOptions.parse(config), source -> source)) {
        test.accept(tenant, provider);
      }
    } finally {
      tenant.drop();
    }
  }
}
