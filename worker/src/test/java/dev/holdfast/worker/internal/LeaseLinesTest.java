// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Any free lease of several will do, and the store is not asked for what is known. */
class LeaseLinesTest {

  private static final Duration LENGTH = Duration.ofSeconds(10);

  private Instant now = Instant.parse("2026-05-01T12:00:00Z");
  private final Map<String, Instant> until = new HashMap<>();
  private final List<String> asked = new ArrayList<>();

  private final Leases leases =
      (Leases)
          Proxy.newProxyInstance(
              Leases.class.getClassLoader(),
              new Class<?>[] {Leases.class},
              (proxy, method, arguments) -> acquire((String) arguments[0]));

  private LeaseAnswer acquire(String name) {
    asked.add(name);
    Instant end = until.get(name);
    if (end != null && now.isBefore(end)) {
      return new LeaseAnswer.Held(new LeaseInfo(name, "another", now, end));
    }
    until.put(name, now.plus(LENGTH));
    return new LeaseAnswer.Acquired(
        new LeaseToken(name, asked.size()), new LeaseInfo(name, "me", now, now.plus(LENGTH)));
  }

  private LeaseLines lines(boolean givenBack) {
    return new LeaseLines(
        leases, "me", "line/", 2, LENGTH, givenBack, () -> now.getEpochSecond() * 1_000_000_000L);
  }

  @Test
  void whatIsKnownAsHeldIsNotAskedForBeforeItsEnd() {
    LeaseLines lines = lines(false);
    assertThat(lines.noneFor()).isZero();
    assertThat(lines.tryTake()).isNotNull();
    now = now.plusSeconds(4);
    assertThat(lines.noneFor()).isZero(); // the other one may be free
    assertThat(lines.tryTake()).isNotNull();
    assertThat(asked).containsExactlyInAnyOrder("line/0", "line/1");
    assertThat(lines.noneFor()).isEqualTo(Duration.ofSeconds(6));
    assertThat(lines.tryTake()).isNull();
    now = now.plusSeconds(5);
    assertThat(lines.tryTake()).isNull();
    assertThat(asked).hasSize(2);
    now = now.plusSeconds(1);
    assertThat(lines.tryTake()).isNotNull();
    assertThat(asked).hasSize(3);
    assertThat(lines.noneFor()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void whatOthersHoldIsLearned() {
    until.put("line/0", now.plusSeconds(3));
    LeaseLines lines = lines(false);
    assertThat(lines.tryTake()).isEqualTo(new LeaseToken("line/1", asked.size()));
    assertThat(lines.tryTake()).isNull();
    assertThat(lines.noneFor()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whatMayBeGivenBackIsAskedForAgain() {
    LeaseLines lines = lines(true);
    assertThat(lines.tryTake()).isNotNull();
    assertThat(lines.tryTake()).isNotNull();
    int before = asked.size();
    assertThat(lines.tryTake()).isNull();
    assertThat(asked).hasSize(before + 2);
    assertThat(lines.noneFor()).isZero();
    until.remove("line/1");
    assertThat(lines.tryTake()).isEqualTo(new LeaseToken("line/1", asked.size()));
  }
}
