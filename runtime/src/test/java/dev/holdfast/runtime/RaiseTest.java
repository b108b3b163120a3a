// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What is refused to whoever raises an event. */
class RaiseTest extends OnSqlite {

  private static final Event<Integer> NUMBER = Event.named("number", Integer.class);

  private static final Orchestration<String, Integer> COUNTS =
      Orchestration.named(
          "counts", String.class, Integer.class, (ctx, in) -> ctx.event(NUMBER).await() + 1);

  private HoldfastClient alone() {
    return closing(HoldfastClient.on(provider, DataConverter.jackson()));
  }

  @Test
  void anUnknownInstanceIsRefusedUnlessTheEventIsToWait() throws Exception {
    HoldfastClient client = alone();
    assertThatThrownBy(() -> client.raise("typo", NUMBER, 1))
        .isInstanceOfSatisfying(
            UnknownInstanceException.class, e -> assertThat(e.instanceId()).isEqualTo("typo"));
    client.raise("early", NUMBER, 1, RaiseOptions.defaults().waitingForStart());
    client.start(COUNTS, "early", "");
    client.start(COUNTS, "typo", "");
    client.raise("typo", NUMBER, 2);
    Holdfast worker = work(b -> b.orchestration(COUNTS));
    assertThat(worker.client().await(COUNTS, "early", LONG)).isEqualTo(2);
    assertThat(worker.client().await(COUNTS, "typo", LONG)).isEqualTo(3);
    client.raise("typo", NUMBER, 3); // it has ended, and ignores it
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"}) // as code does that casts
  void aValueOfAnotherTypeIsRefused() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(COUNTS).event(NUMBER)).client();
    client.start(COUNTS, "x", "");
    Event anything = NUMBER;
    assertThatThrownBy(() -> client.raise("x", anything, "one"))
        .isInstanceOf(DataConversionException.class)
        .hasMessageContainingAll("\"number\"", "Integer", "String");
    assertThatThrownBy(() -> client.raise("x", "number", "one"))
        .isInstanceOf(DataConversionException.class);
    client.raise("x", "number", 1);
    assertThat(client.await(COUNTS, "x", LONG)).isEqualTo(2);
    assertThatThrownBy(
            () -> Holdfast.builder(provider).event(NUMBER).event(Event.named("number", Long.class)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
