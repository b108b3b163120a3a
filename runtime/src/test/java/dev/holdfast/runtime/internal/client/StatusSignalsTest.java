// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StatusSignalsTest {

  private static final Duration FOR_EVER = Duration.ofDays(1);

  private final StatusSignals signals = new StatusSignals();

  @Test
  void aCallerWhoListensMissesNoChange() throws Exception {
    try (StatusSignals.Waiter waiter = signals.listen("x")) {
      signals.changed("x");
      signals.changed("x");
      waiter.await(FOR_EVER);
      // Both were told by then, so that it waits for the next one.
      CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> waits(waiter));
      signals.changed("y");
      assertThat(next.isDone()).isFalse();
      signals.changed("x");
      assertThat(next.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void allWhoListenAreToldAndOneWhoHasLeftIsNoMatter() throws Exception {
    StatusSignals.Waiter left = signals.listen("x");
    left.close();
    try (StatusSignals.Waiter one = signals.listen("x");
        StatusSignals.Waiter two = signals.listen("x")) {
      signals.changed("x");
      assertThat(waits(one)).isTrue();
      assertThat(waits(two)).isTrue();
    }
    signals.changed("x");
  }

  private static boolean waits(StatusSignals.Waiter waiter) {
    try {
      waiter.await(FOR_EVER);
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
