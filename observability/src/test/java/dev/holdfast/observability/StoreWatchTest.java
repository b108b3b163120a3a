// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditLog;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** However many ask, the store is asked seldom. */
class StoreWatchTest extends OnSqlite {

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  private StoreWatch counting() {
    InstanceAdmin real = provider.capability(InstanceAdmin.class).orElseThrow();
    InstanceAdmin counted =
        (InstanceAdmin)
            Proxy.newProxyInstance(
                InstanceAdmin.class.getClassLoader(),
                new Class<?>[] {InstanceAdmin.class},
                (proxy, method, arguments) -> {
                  asked.add(method.getName());
                  return method.invoke(real, arguments);
                });
    return StoreWatch.of(
        new StoreWatch.Features() {
          @Override
          public <C extends Capability> Optional<C> find(Class<C> type) {
            return type == InstanceAdmin.class ? Optional.of(type.cast(counted)) : Optional.empty();
          }
        });
  }

  @Test
  void aReadingIsGoodForAWhile() {
    StoreWatch watch = counting().every(LONG, LONG);

    StoreReading first = watch.reading();

    assertThat(watch.reading()).isSameAs(first);
    assertThat(asked).containsExactlyInAnyOrder("readyWork", "queueDepths", "list", "metrics");
  }

  @Test
  void whatIsCountedIsReadMoreSeldom() {
    StoreWatch watch = counting().every(Duration.ZERO, LONG);

    StoreReading first = watch.reading();
    StoreReading second = watch.reading();

    assertThat(second).isNotSameAs(first);
    assertThat(second.counts()).isSameAs(first.counts());
    assertThat(asked).containsOnlyOnce("metrics").filteredOn("queueDepths"::equals).hasSize(2);
  }

  @Test
  void whoAsksIsTold() {
    StoreWatch watch = counting().every(Duration.ZERO, Duration.ZERO);
    List<StoreReading> told = new ArrayList<>();
    watch.onReading(told::add);

    assertThat(told).isEmpty();
    assertThat(List.of(watch.reading(), watch.reading())).isEqualTo(told);
  }

  /** A counter that fell to zero would count all of it again when the store is back. */
  @Test
  void whatThisProcessCountsIsKnownAlsoOfAStoreThatFails() {
    AuditLog audit = provider.capability(AuditLog.class).orElseThrow();
    provider.close();
    audit.offer(new AuditEntry("run", "type", null, Instant.EPOCH, Payload.utf8("{}")));

    StoreReading reading = StoreWatch.of(provider).reading();

    assertThat(reading.error()).isNotNull();
    assertThat(reading.auditDropped()).isEqualTo(1);
    assertThat(reading.commits()).isNotEmpty();
  }

  @Test
  void timesAreNotNegative() {
    StoreWatch watch = counting();

    assertThatThrownBy(() -> watch.every(Duration.ofMillis(-1), LONG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start at zero");
  }
}
